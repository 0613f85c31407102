"""The models: one file a model family, nothing but the model.

Every ranking model follows scikit-learn's conventions. Hyper-parameters stand in the
constructor and nothing else does; ``fit(X)`` learns from a users x items matrix and
returns self; learned state ends in an underscore; ``predict(X)`` scores all items for
the *histories it is handed*, so that users who were not in training are no exception;
``recommend(X, k)`` leaves out what a user has seen.

A fit that fails leaves the model unfitted, or as it was before. Fitted models can be
saved with pickle or joblib. Several may be fitted at once: in threads, where nets wait
for each other, because torch has one random state for all threads; and in processes
that are started by ``multiprocessing.get_context("spawn")``. One that is forked, as
Linux does before Python 3.14, may wait for torch's threads for ever if a net has been
trained before.

The models that are nets need torch, which takes seconds to import: they are imported
when they are first asked for. They learn on the processor, also where there is a
graphics card, unless the reader says otherwise: ``with on_device("cuda"):``. With the
card's random numbers, a seed gives another net than on the processor. `EASE` is told by
its ``device``.
"""

from importlib import import_module

from recnb.ground.machine import on_device
from recnb.models.als_mf import ALSMF
from recnb.models.cease import CEASE, AddEASE
from recnb.models.cooccurrence import Cooccurrence
from recnb.models.ease import EASE, gram_matrix
from recnb.models.ease_on_disk import EASEOnDisk, gram_on_disk
from recnb.models.ease_path import EASEPath
from recnb.models.expected_together import expected_together
from recnb.models.gfcf import GFCF
from recnb.models.ials import IALS
from recnb.models.implicit_embeddings import ImplicitSLIM, implicit_slim
from recnb.models.implicit_slim_net import ImplicitSLIMNet
from recnb.models.infinite_ae import InfiniteAE
from recnb.models.item_item import FixedWeights, ItemItemModel
from recnb.models.item_knn import ItemKNN
from recnb.models.known_users_mf import KnownUsersMF
from recnb.models.locally_linear import lle, slim_lle
from recnb.models.lrr import LRR
from recnb.models.marginalized_dae import MarginalizedDAE
from recnb.models.plrec import PLRec
from recnb.models.popularity import Popularity
from recnb.models.rating_baselines import Bias, GlobalMean, ItemMean
from recnb.models.rdlae import RDLAE
from recnb.models.slim import SLIM, NonNegativeEASE
from recnb.models.slit import SLIT
from recnb.models.sparse_ease import SparseEASE

#: Class -> module, of the models that need torch.
NETS = {
    "AutoRec": "autorec",
    "DAE": "denoising",
    "CDAE": "cdae",
    "DeepRec": "deeprec",
    "EvenAutoRec": "even_autorec",
    "LiangCDAE": "cdae",
    "GMF": "ncf",
    "HVamp": "hvamp",
    "LightGCN": "lightgcn",
    "MF": "mf",
    "MLP": "ncf",
    "MultDAE": "multvae",
    "MultVAE": "multvae",
    "NeuMF": "ncf",
    "RVAE": "rvae",
    "RecVAE": "recvae",
    "SDAE": "denoising",
    "SVAE": "svae",
    "SequenceDAE": "svae",
    "UltraGCN": "ultragcn",
}

__all__ = [
    "ALSMF",
    "CDAE",
    "CEASE",
    "DAE",
    "EASE",
    "GFCF",
    "GMF",
    "IALS",
    "LRR",
    "MF",
    "MLP",
    "RDLAE",
    "RVAE",
    "SDAE",
    "SLIM",
    "SLIT",
    "SVAE",
    "AddEASE",
    "AutoRec",
    "Bias",
    "Cooccurrence",
    "DeepRec",
    "EASEOnDisk",
    "EASEPath",
    "EvenAutoRec",
    "FixedWeights",
    "GlobalMean",
    "HVamp",
    "ImplicitSLIM",
    "ImplicitSLIMNet",
    "InfiniteAE",
    "ItemItemModel",
    "ItemKNN",
    "ItemMean",
    "KnownUsersMF",
    "LiangCDAE",
    "LightGCN",
    "MarginalizedDAE",
    "MultDAE",
    "MultVAE",
    "NeuMF",
    "NonNegativeEASE",
    "PLRec",
    "Popularity",
    "RecVAE",
    "SequenceDAE",
    "SparseEASE",
    "UltraGCN",
    "expected_together",
    "gram_matrix",
    "gram_on_disk",
    "implicit_slim",
    "lle",
    "on_device",
    "slim_lle",
]


def __getattr__(name: str):
    if name in NETS:
        return getattr(import_module(f"recnb.models.{NETS[name]}"), name)
    raise AttributeError(f"module 'recnb.models' has no attribute {name!r}")
