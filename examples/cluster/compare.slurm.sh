#!/bin/sh
# Trains the runs of a matrix in twelve parts: sbatch compare.slurm.sh MATRIX.yaml OUT
#SBATCH --job-name=patchcl-compare
#SBATCH --array=1-12
#SBATCH --cpus-per-task=4
#SBATCH --output=compare-%a.log
PARTS=${PARTS:-12} # as many as --array says
exec npx patchcl compare "$1" --out "$2" \
  --shard "$SLURM_ARRAY_TASK_ID/$PARTS" --threads "$SLURM_CPUS_PER_TASK"
