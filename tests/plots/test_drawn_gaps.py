"""The drawing of a row with gaps: no line leaves a gap, no error stands below one."""

import numpy as np
import pytest

from recnb import plots

TITLES = ["A", "B", "C", "D"]
RATINGS = np.array([4, 0, 1, 0])
CODE = np.array([0.9, 0.1])
PREDICTED = np.array([4.34, 4.3, 1.66, 1.2])


def drawn():
    (ax,) = plots.row_with_gaps(RATINGS, CODE, PREDICTED, TITLES).axes
    return ax


def test_ratings_codes_predictions_and_errors_are_written():
    words = [text.get_text() for text in drawn().texts]
    for written in ("4", "1", "0.90", "0.10", "4.34", "4.30", "1.66", "1.20"):
        assert written in words
    assert words.count("not asked") == 2
    assert "0.12" in words and "0.44" in words  # the squared errors of the ratings
    assert [word for word in words if word in TITLES] == TITLES


def test_lines_leave_ratings_only_and_reach_every_prediction():
    ends = [line.get_xydata() for line in drawn().lines]
    heights = {float(xy[:, 1].max()) for xy in ends}
    assert len(heights) == 2
    upper = [xy for xy in ends if xy[:, 1].max() == max(heights)]
    assert len(upper) == 2 * len(CODE) and len(ends) - len(upper) == 4 * len(CODE)


def test_gaps_are_hatched_in_the_input_and_in_the_mask():
    hatched = [patch for patch in drawn().patches if patch.get_hatch()]
    assert len(hatched) == 4


@pytest.mark.parametrize("ratings", [[4, 1, 1, 2], [0, 0, 0, 0]])
def test_a_row_without_a_gap_or_without_a_rating_is_refused(ratings):
    with pytest.raises(ValueError, match="a rating and a gap"):
        plots.row_with_gaps(np.array(ratings), CODE, PREDICTED, TITLES)


def test_shapes_have_to_fit():
    with pytest.raises(ValueError, match="4 titles need 4 ratings"):
        plots.row_with_gaps(RATINGS[:3], CODE, PREDICTED, TITLES)
