#!/bin/sh
# Trains on four ranks, wherever Slurm finds room: sbatch train.slurm.sh DATA RUN
# Two minutes before its time is over the job stops with a checkpoint; the same command again goes on.
#SBATCH --job-name=patchcl-train
#SBATCH --ntasks=4
#SBATCH --cpus-per-task=4
#SBATCH --time=04:00:00
#SBATCH --signal=B:USR2@120
#SBATCH --output=train-%j.log
# Without npx, which the signal would end. In a clone: PATCHCL=bin/patchcl.js
mpirun --map-by slot:PE="$SLURM_CPUS_PER_TASK" "${PATCHCL:-node_modules/.bin/patchcl}" train --data "$1" --out "$2" --resume --distributed mpi \
  --threads "$SLURM_CPUS_PER_TASK" &
trap 'kill -USR2 $!; wait' USR2
wait
