#!/bin/bash
# Makes the virtual environments of the optimisers that sweepd is compared with, under build/peers, from PyPI.
#
# Four, because their requirements exclude each other. PyPI has torch for Linux only with CUDA: most of the 6 GB of the
# first, though only the processor is used. SMAC's forest needs swig and a C++ compiler. Versions are the newest of November 2026 that
# work together; those of HEBO and Vizier are older where these projects need it.
set -euo pipefail
cd "$(dirname "$0")/../.."
PEERS=build/peers
mkdir -p "$PEERS"

environment() { # NAME PACKAGE...
  [ -x "$PEERS/$1/bin/python" ] || python3 -m venv "$PEERS/$1"
  "$PEERS/$1/bin/pip" install --quiet "${@:2}"
}

# Optuna, Ax with BoTorch, and what the tables and the report need.
environment main numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 matplotlib==3.11.2 optuna==5.0.0 torch==2.15.0 \
  gpytorch==1.15.2 botorch==0.18.1 ax-platform==1.3.1

environment smac "smac[pyrfr]==2.4.1"

# HEBO 0.3.6 needs numpy before 1.25, and pip does not find versions of all the rest that agree; these do.
environment hebo setuptools==68.2.2 wheel Cython numpy==1.24.4 scipy==1.11.4 pandas==2.0.3 scikit-learn==1.3.2 \
  matplotlib==3.7.5 contourpy==1.2.1 autograd==1.6.2 cma==3.2.2 alive-progress dill Deprecated disjoint-set cloudpickle \
  six decorator paramz==0.9.6 plotly graphviz
environment hebo --no-deps --no-build-isolation pymoo==0.6.0 GPy==1.13.2
environment hebo --no-deps catboost==1.2.8 HEBO==0.3.6
# torch and gpytorch are those of the first environment; what both have, HEBO takes from its own.
realpath "$PEERS"/main/lib/python3*/site-packages >"$(echo "$PEERS"/hebo/lib/python3*/site-packages)/zz_torch.pth"

# Vizier 0.1.24 is of February 2025 and needs the jax of that time.
environment vizier numpy==1.26.4 scipy==1.14.1 ml-dtypes==0.4.1 jax==0.4.38 jaxlib==0.4.38 jaxopt==0.8.3 flax==0.10.2 \
  optax==0.2.4 chex==0.1.88 equinox==0.11.7 "typeguard<=2.13.3" "tfp-nightly[jax]==0.26.0.dev20250201" \
  google-vizier==0.1.24

du -sh "$PEERS"/*
