"""What our models are set to, said in each peer's own names and on its own scales.

Every function takes the hyper-parameters of our model and the number of training users,
and returns the peer's settings. Where a peer has nothing of the kind, such as a dropout
on the input, nothing is said, and its docstring says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Settings = dict[str, object]
Ours = Mapping[str, object]


def cornac_ease(ours: Ours, n_users: int) -> Settings:
    """Keep λ, and the negative weights, which cornac's default drops."""
    return {"lamb": ours["l2"], "posB": False}


def lenskit_ease(ours: Ours, n_users: int) -> Settings:
    """Keep λ."""
    return {"regularization": ours["l2"]}


def recbole_ease(ours: Ours, n_users: int) -> Settings:
    """Keep λ."""
    return {"reg_weight": ours["l2"]}


def lenskit_slim(ours: Ours, n_users: int) -> Settings:
    """Keep both penalties: there, too, half the squares are minimised."""
    return {"l1_reg": ours["l1"], "l2_reg": ours["l2"]}


def recbole_slim(ours: Ours, n_users: int) -> Settings:
    """Divide by the number of rows, as scikit-learn divides the squares.

    RecBole has one row more than users. The share of L1 is ``l1_ratio``.
    """
    both = ours["l1"] + ours["l2"]
    return {"alpha": both / (n_users + 1), "l1_ratio": ours["l1"] / both}


def implicit_ials(ours: Ours, n_users: int) -> Settings:
    """Write two sums as one, as the notes of `IALS` say; nu is 0."""
    share = 1 + 1 / ours["alpha0"]
    return {
        "factors": ours["d"],
        "alpha": share,
        "regularization": share * ours["l2"],
        "iterations": ours["epochs"],
    }


def lenskit_ials(ours: Ours, n_users: int) -> Settings:
    """Do as for implicit; but ``weight`` is added to the 1 that all pairs have."""
    share = 1 + 1 / ours["alpha0"]
    return {
        "embedding_size": ours["d"],
        "weight": 1 / ours["alpha0"],
        "regularization": share * ours["l2"],
        "epochs": ours["epochs"],
    }


def cornac_multvae(ours: Ours, n_users: int) -> Settings:
    """Leave out dropout and annealing; the history is not divided by its length."""
    return {
        "k": ours["latent"],
        "autoencoder_structure": list(ours["hidden"]),
        "act_fn": "tanh",
        "likelihood": "mult",
        "n_epochs": ours["epochs"],
        "batch_size": ours["batch_size"],
        "learning_rate": ours["lr"],
        "beta": ours["beta"],
    }


def recbole_multvae(ours: Ours, n_users: int) -> Settings:
    """Double the latent dimension, of means and variances; the noise is 0.01 σ."""
    return {
        "mlp_hidden_size": list(ours["hidden"]),
        "latent_dimension": 2 * ours["latent"],
        "dropout_prob": ours["dropout"],
        "anneal_cap": ours["beta"],
        "total_anneal_steps": ours["anneal_steps"],
        "learning_rate": ours["lr"],
        "train_batch_size": ours["batch_size"],
        "epochs": ours["epochs"],
    }


def cornac_recvae(ours: Ours, n_users: int) -> Settings:
    """Leave the dropout, which is 0.5 there, the noise, 0.01, and epsilon, 0.1."""
    return {
        "hidden_dim": ours["hidden"],
        "latent_dim": ours["latent"],
        "gamma": ours["gamma"],
        "batch_size": ours["batch_size"],
        "lr": ours["lr"],
        "n_epochs": ours["epochs"],
        "n_enc_epochs": ours["encoder_passes"],
        "n_dec_epochs": ours["decoder_passes"],
    }


def recbole_recvae(ours: Ours, n_users: int) -> Settings:
    """Name all but the noise, which is 0.01 there, and epsilon, which is 0.1."""
    return {
        "hidden_dimension": ours["hidden"],
        "latent_dimension": ours["latent"],
        "dropout_prob": ours["dropout"],
        "gamma": ours["gamma"],
        "n_enc_epochs": ours["encoder_passes"],
        "n_dec_epochs": ours["decoder_passes"],
        "learning_rate": ours["lr"],
        "train_batch_size": ours["batch_size"],
        "epochs": ours["epochs"],
    }


def cornac_neumf(ours: Ours, n_users: int) -> Settings:
    """Count the two embeddings, side by side, as the first layer.

    A batch there is one of likes, and their negatives come on top. There is no penalty
    on embeddings.
    """
    h = ours["d"] // 3
    return {
        "num_factors": h,
        "layers": [4 * h, 4 * h, 2 * h, h],
        "num_neg": ours["m"],
        "lr": ours["lr"],
        "batch_size": max(1, ours["batch_size"] // (1 + ours["m"])),
        "num_epochs": ours["epochs"],
    }


def recbole_neumf(ours: Ours, n_users: int) -> Settings:
    """Keep the batch: in both, the negatives count. There is no penalty."""
    h = ours["d"] // 3
    return {
        "mf_embedding_size": h,
        "mlp_embedding_size": 2 * h,
        "mlp_hidden_size": [4 * h, 2 * h, h],
        "dropout_prob": 0.0,
        "train_neg_sample_args": {
            "distribution": "uniform",
            "sample_num": ours["m"],
            "dynamic": False,
        },
        "learning_rate": ours["lr"],
        "train_batch_size": ours["batch_size"],
        "epochs": ours["epochs"],
    }


#: (peer, model of ours) -> the translation.
TRANSLATIONS: dict[tuple[str, str], Callable[[Ours, int], Settings]] = {
    ("cornac", "EASE"): cornac_ease,
    ("lenskit", "EASE"): lenskit_ease,
    ("recbole", "EASE"): recbole_ease,
    ("lenskit", "SLIM"): lenskit_slim,
    ("recbole", "SLIM"): recbole_slim,
    ("implicit", "iALS"): implicit_ials,
    ("lenskit", "iALS"): lenskit_ials,
    ("cornac", "MultVAE"): cornac_multvae,
    ("recbole", "MultVAE"): recbole_multvae,
    ("cornac", "RecVAE"): cornac_recvae,
    ("recbole", "RecVAE"): recbole_recvae,
    ("cornac", "NeuMF"): cornac_neumf,
    ("recbole", "NeuMF"): recbole_neumf,
}
