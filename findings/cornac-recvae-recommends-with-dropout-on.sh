#!/usr/bin/env bash
# cornac's RecVAE recommends with the dropout of its training on: two calls give two lists.
#
# Versions: cornac 3.0.1, torch 2.13.0, numpy 2.4.6, scipy 1.17.1, Python 3.11
#
# What happens:
#   fit() puts the net into training mode and never takes it out, and score() calls the net
#   as it is. So at every call half of the user's history, drawn anew, is dropped, and noise
#   is added to the code. The same user gets another top 10 at every call, and every
#   evaluation of the model, the one that fit() does after each epoch too, is of lists that
#   were made from half a history. No message is given, and seed= does not help. After
#   model.recvae_model.eval() the lists are those of the whole history, always the same.
#   cornac's VAECF has no dropout and is not concerned.
#
# What one would guess:
#   Dropout is for training. A fitted model scores a user's whole history, and twice the
#   same question has the same answer.
#
# Output seen:
#   after fit: training mode True; asked twice, 100% of the users get another top 10, 8.3 of 10 items stay
#   after recvae_model.eval(): 0% get another one, 10.0 of 10 items stay
#
# Measured 2026-11-29.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    cornac==3.0.1 torch==2.13.0 numpy==2.4.6 scipy==1.17.1 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - <<'PY'
import os, sys, warnings
warnings.simplefilter("ignore")
os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np
from cornac.data import Dataset
from cornac.models import RecVAE

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


# 400 people of four tastes, each with about 15 of the 30 films of their taste.
rng = np.random.default_rng(0)
likes = [(user, 30 * (user % 4) + film, 1.0)
         for user in range(400) for film in range(30) if rng.random() < 0.5]
data = Dataset.from_uir(likes, seed=0)
model = RecVAE(hidden_dim=50, latent_dim=10, batch_size=50, n_epochs=10, lr=1e-3,
               use_gpu=False, seed=0)
model.fit(data)


def top10(user):
    scores = model.score(user)
    scores[data.matrix[user].indices] = -np.inf
    return list(np.argsort(-scores)[:10])


def asked_twice():
    """Share of the users whose list differs, and items that both lists have."""
    pairs = [(top10(user), top10(user)) for user in range(400)]
    differ = np.mean([a != b for a, b in pairs])
    return differ, np.mean([len(set(a) & set(b)) for a, b in pairs])


net = model.recvae_model
training = net.training
differ, common = asked_twice()
print(f"after fit: training mode {training}; asked twice, {differ:.0%} of the users get "
      f"another top 10, {common:.1f} of 10 items stay")
net.eval()
differ_eval, common_eval = asked_twice()
print(f"after recvae_model.eval(): {differ_eval:.0%} get another one, "
      f"{common_eval:.1f} of 10 items stay")
check(training, "fit leaves the net in evaluation mode now")
check(differ > 0.9, "two calls give the same list now")
check(differ_eval == 0, "evaluation mode does not help any more")
PY
