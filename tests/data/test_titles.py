"""From a title, or a part of it, to a code."""

import pandas as pd
import pytest

from recnb.data.titles import find_item

FILMS = pd.DataFrame({"title": ["Alien", "Aliens", "The Glass Orchard"]})


@pytest.mark.parametrize(("title", "code"), [("alien", 0), ("Aliens", 1), ("orch", 2)])
def test_a_title_or_a_part_that_only_one_has(title, code):
    assert find_item(FILMS, title) == code


def test_several_and_none_list_what_is_near():
    with pytest.raises(ValueError, match="Several titles contain 'ali': Alien; Aliens"):
        find_item(FILMS, "ali")
    with pytest.raises(ValueError, match="near it: Alien"):
        find_item(FILMS, "Allien")
