"""All experiments there are, by name."""

from recnb.experiments.at_scale import AT_SCALE
from recnb.experiments.autorec import AUTOREC, AUTOREC_HIDDEN, AUTOREC_ROWS
from recnb.experiments.autorec_edges import AUTOREC_EDGES
from recnb.experiments.autorec_films import AUTOREC_FILMS
from recnb.experiments.autorec_inputs import AUTOREC_INPUTS
from recnb.experiments.autorec_leak import AUTOREC_LEAK
from recnb.experiments.autorec_pairs import AUTOREC_PAIRS
from recnb.experiments.cdae import CDAE, CDAE_SWEEPS
from recnb.experiments.cdae_pairs import CDAE_PAIRS
from recnb.experiments.deeprec import DEEPREC, DEEPREC_CURVES, DEEPREC_PAIRED
from recnb.experiments.deeprec_again import DEEPREC_AGAIN
from recnb.experiments.deeprec_controls import DEEPREC_CONTROLS
from recnb.experiments.diagonal import DIAGONAL
from recnb.experiments.dot_vs_mlp import (
    DOT_VS_MLP,
    DOT_VS_MLP_TUNING,
    DOT_VS_MLP_YARDSTICKS,
    GMF_PENALTY,
)
from recnb.experiments.graph_filter import GRAPH_FILTER
from recnb.experiments.graph_nets import GRAPH_NETS
from recnb.experiments.ials import IALS_TEST, IALS_TUNING
from recnb.experiments.implicit_slim import (
    IMPLICIT_SLIM,
    IMPLICIT_SLIM_CURVES,
    IMPLICIT_SLIM_SWEEP,
)
from recnb.experiments.implicit_slim_cost import IMPLICIT_SLIM_COST
from recnb.experiments.implicit_slim_cut import IMPLICIT_SLIM_CUT
from recnb.experiments.implicit_slim_gowalla import IMPLICIT_SLIM_GOWALLA
from recnb.experiments.implicit_slim_nets import IMPLICIT_SLIM_NETS
from recnb.experiments.implicit_slim_users import IMPLICIT_SLIM_USERS
from recnb.experiments.implicit_slim_variants import IMPLICIT_SLIM_VARIANTS
from recnb.experiments.infinite_ae import INFINITE_AE, INFINITE_AE_USERS
from recnb.experiments.infinite_ae_known import INFINITE_AE_KNOWN
from recnb.experiments.learned_dot import LEARNED_DOT
from recnb.experiments.learned_dot_controls import LEARNED_DOT_CONTROLS
from recnb.experiments.metadata import ITEM_METADATA
from recnb.experiments.multvae import CLINIC, MULTVAE, MULTVAE_BETA
from recnb.experiments.multvae_controls import (
    CLINIC_CHOICE,
    MULTVAE_BETA_LONGER,
    MULTVAE_LONGER,
    MULTVAE_PAIRS,
    MULTVAE_STEPS,
)
from recnb.experiments.ncf_nets import NCF_NETS
from recnb.experiments.ncf_search import NCF_SEARCH
from recnb.experiments.ncf_weights import NCF_WEIGHTS
from recnb.experiments.negative_share import NEGATIVE_SHARE
from recnb.experiments.negative_weights import NEGATIVE_WEIGHTS
from recnb.experiments.other_hosts import OTHER_HOSTS
from recnb.experiments.peers import PEERS_BESIDE_US
from recnb.experiments.peers_controls import PEERS_CONTROLS
from recnb.experiments.peers_metrics import PEERS_METRICS
from recnb.experiments.scale_cost import SCALE_COST
from recnb.experiments.scale_penalty import SCALE_PENALTY
from recnb.experiments.scale_quality import SCALE_QUALITY
from recnb.experiments.scale_serving import SCALE_SERVING
from recnb.experiments.scale_update import SCALE_UPDATE
from recnb.experiments.serving import SERVING
from recnb.experiments.showdown import SHOWDOWN
from recnb.experiments.showdown_table import SHOWDOWN_TABLE
from recnb.experiments.six_models import SIX_MODELS
from recnb.experiments.svae import SVAE, SVAE_RVAE, SVAE_TIES, SVAE_TUNING
from recnb.experiments.svae_controls import SVAE_FADING, SVAE_RECENCY

ALL = (
    AT_SCALE,
    AUTOREC,
    AUTOREC_EDGES,
    AUTOREC_FILMS,
    AUTOREC_HIDDEN,
    AUTOREC_INPUTS,
    AUTOREC_LEAK,
    AUTOREC_PAIRS,
    AUTOREC_ROWS,
    CDAE,
    CDAE_PAIRS,
    CDAE_SWEEPS,
    CLINIC,
    CLINIC_CHOICE,
    DEEPREC,
    DEEPREC_AGAIN,
    DEEPREC_CONTROLS,
    DEEPREC_CURVES,
    DEEPREC_PAIRED,
    DIAGONAL,
    DOT_VS_MLP,
    DOT_VS_MLP_TUNING,
    DOT_VS_MLP_YARDSTICKS,
    GMF_PENALTY,
    GRAPH_FILTER,
    GRAPH_NETS,
    IALS_TEST,
    IALS_TUNING,
    IMPLICIT_SLIM,
    IMPLICIT_SLIM_COST,
    IMPLICIT_SLIM_CURVES,
    IMPLICIT_SLIM_CUT,
    IMPLICIT_SLIM_GOWALLA,
    IMPLICIT_SLIM_NETS,
    IMPLICIT_SLIM_SWEEP,
    IMPLICIT_SLIM_USERS,
    IMPLICIT_SLIM_VARIANTS,
    INFINITE_AE,
    INFINITE_AE_KNOWN,
    INFINITE_AE_USERS,
    ITEM_METADATA,
    LEARNED_DOT,
    LEARNED_DOT_CONTROLS,
    MULTVAE,
    MULTVAE_BETA,
    MULTVAE_BETA_LONGER,
    MULTVAE_LONGER,
    MULTVAE_PAIRS,
    MULTVAE_STEPS,
    NCF_NETS,
    NCF_SEARCH,
    NCF_WEIGHTS,
    NEGATIVE_SHARE,
    NEGATIVE_WEIGHTS,
    OTHER_HOSTS,
    PEERS_BESIDE_US,
    PEERS_CONTROLS,
    PEERS_METRICS,
    SCALE_COST,
    SCALE_PENALTY,
    SCALE_QUALITY,
    SCALE_SERVING,
    SCALE_UPDATE,
    SERVING,
    SHOWDOWN,
    SHOWDOWN_TABLE,
    SIX_MODELS,
    SVAE,
    SVAE_FADING,
    SVAE_RECENCY,
    SVAE_RVAE,
    SVAE_TIES,
    SVAE_TUNING,
)
EXPERIMENTS = {e.name: e for e in ALL}
