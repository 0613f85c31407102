#!/usr/bin/env bash
# RecBole's variational models draw their codes with a hundredth of the spread that they learn.
#
# Versions: recbole 1.2.1, torch 2.13.0, numpy 1.26.4, scipy 1.13.1, Python 3.11
#
# What happens:
#   In training, MultiVAE and RecVAE draw a code around its mean with .01 sigma, sigma being
#   what the encoder has put out. The KL divergence is that of sigma itself. So the net pays for
#   a spread of which its decoder hardly sees anything, and sampling, which is what makes it a
#   variational model, is nearly off. No setting of the configuration changes the factor.
#
# What one would guess:
#   z = mu + sigma * epsilon with epsilon from N(0, 1), as both papers have it. Results of a
#   MultiVAE and of one written from the paper would then differ by luck alone.
#
# Output seen:
#   MultiVAE: sigma is 1, codes are drawn with a standard deviation of 0.010
#   RecVAE: sigma is 1, codes are drawn with a standard deviation of 0.010
#
# Measured 2026-11-29.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    recbole==1.2.1 torch==2.13.0 numpy==1.26.4 scipy==1.13.1 pandas==2.2.3 \
    scikit-learn==1.9.1 setuptools==79.0.1 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

mkdir "$dir/toy"
cd "$dir"
"$dir/env/bin/python" - 2>"$dir/run.log" <<'PY' || { cat "$dir/run.log" >&2; exit 1; }
import os, sys, warnings
warnings.simplefilter("ignore")
os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np
import torch
from recbole.config import Config
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model

# 50 people, each with 8 of 30 films.
rng = np.random.default_rng(0)
with open("toy/toy.inter", "w") as file:
    print("user_id:token\titem_id:token", file=file)
    for user in range(50):
        for film in rng.choice(30, 8, replace=False):
            print(f"{user}\t{film}", file=file)

torch.manual_seed(0)
for name in ("MultiVAE", "RecVAE"):
    settings = {"data_path": ".", "load_col": {"inter": ["user_id", "item_id"]},
                "seed": 0, "state": "ERROR", "use_gpu": False}
    config = Config(model=name, dataset="toy", config_dict=settings)
    train, _, _ = data_preparation(config, create_dataset(config))
    net = get_model(name)(config, train.dataset)
    part = net if hasattr(net, "reparameterize") else net.encoder
    part.train()
    mean, log_variance = torch.zeros(1000, 64), torch.zeros(1000, 64)
    drawn = float(part.reparameterize(mean, log_variance).std())
    print(f"{name}: sigma is 1, codes are drawn with a standard deviation of {drawn:.3f}")
    if not 0.009 < drawn < 0.011:
        sys.exit(f"CHANGED: {name} draws with {drawn:.3f} sigma")
PY
