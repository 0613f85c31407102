"""The models: one file a model family, nothing but the model.

Every ranking model follows scikit-learn's conventions. Hyper-parameters stand in the
constructor and nothing else does; ``fit(X)`` learns from a users x items matrix and
returns self; learned state ends in an underscore; ``predict(X)`` scores all items for
the *histories it is handed*, so that users who were not in training are no exception;
``recommend(X, k)`` leaves out what a user has seen.
"""

from recnb.models.cooccurrence import Cooccurrence
from recnb.models.ease import EASE, gram_matrix
from recnb.models.item_item import FixedWeights, ItemItemModel
from recnb.models.item_knn import ItemKNN
from recnb.models.popularity import Popularity
from recnb.models.rating_baselines import Bias, GlobalMean, ItemMean
from recnb.models.rdlae import RDLAE
from recnb.models.slim import SLIM, NonNegativeEASE

__all__ = [
    "EASE",
    "RDLAE",
    "SLIM",
    "Bias",
    "Cooccurrence",
    "FixedWeights",
    "GlobalMean",
    "ItemItemModel",
    "ItemKNN",
    "ItemMean",
    "NonNegativeEASE",
    "Popularity",
    "gram_matrix",
]
