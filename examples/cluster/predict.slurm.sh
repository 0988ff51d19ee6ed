#!/bin/sh
# Segments an archive in eight parts: sbatch predict.slurm.sh MODEL SCANS MASKS
# A part that died is repeated by the same command, or alone by --array=3; what has its mask already is left alone.
#SBATCH --job-name=patchcl-predict
#SBATCH --array=1-8
#SBATCH --cpus-per-task=4
#SBATCH --output=predict-%a.log
PARTS=${PARTS:-8} # as many as --array says
exec npx patchcl predict "$1" "$2" --out "$3" --skip-existing \
  --shard "$SLURM_ARRAY_TASK_ID/$PARTS" --threads "$SLURM_CPUS_PER_TASK"
