"""nnU-Net 2 within a budget: its own planning, preprocessing, network, augmentation, losses and prediction, on the processor.

usage: nnunet.py FOLDER CONFIGURATION MINUTES CLOCK THREADS
FOLDER holds `nnUNet_raw/Dataset001_Patchcl` with imagesTr, labelsTr, imagesTs and dataset.json; masks are written to FOLDER/nnunet.
CONFIGURATION is 2d or 3d_fullres. CLOCK is `cpu` (processor time of this process and its children) or `wall`.
Planning and preprocessing do not count. The polynomial learning rate is planned to the epochs that fit, as measured in the first two;
an epoch has 5 steps instead of 250, so that the rate follows the budget. Prints one line of JSON:
{"version": "2.6.2", "epochs": n, "steps": n, "minutes": m, "predictSeconds": s}
"""
import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

folder, configuration = Path(sys.argv[1]).resolve(), sys.argv[2]
minutes, clock, threads = float(sys.argv[3]), sys.argv[4], int(sys.argv[5])
for name in ('nnUNet_raw', 'nnUNet_preprocessed', 'nnUNet_results'):
    os.environ[name] = str(folder / name)
    (folder / name).mkdir(exist_ok=True)
os.environ.update(nnUNet_n_proc_DA='0', nnUNet_compile='f', OMP_NUM_THREADS=str(threads))

import torch
from nnunetv2.experiment_planning.plan_and_preprocess_api import extract_fingerprints, plan_experiments, preprocess
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.training.lr_scheduler.polylr import PolyLRScheduler
from nnunetv2.training.nnUNetTrainer.nnUNetTrainer import nnUNetTrainer

STEPS_OF_EPOCH = 5


def seconds():
    if clock == 'wall':
        return time.monotonic()
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


class BudgetTrainer(nnUNetTrainer):
    """The default trainer, whose epochs are as many as the budget holds."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.num_iterations_per_epoch, self.num_val_iterations_per_epoch = STEPS_OF_EPOCH, 1
        self.save_every = 10**9
        self.start = None

    def on_epoch_start(self):
        if self.start is None:
            self.start = seconds()
        super().on_epoch_start()

    def on_epoch_end(self):
        super().on_epoch_end()
        done = self.current_epoch
        spent = seconds() - self.start
        if done >= 2:
            self.num_epochs = max(done, round(done * minutes * 60 / spent))
            self.lr_scheduler = PolyLRScheduler(self.optimizer, self.initial_lr, self.num_epochs)
            self.lr_scheduler.ctr = done


def main():
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    extract_fingerprints([1], num_processes=1)
    plan_experiments([1])
    preprocess([1], configurations=[configuration], num_processes=[1])
    preprocessed = folder / 'nnUNet_preprocessed' / 'Dataset001_Patchcl'
    plans = json.loads((preprocessed / 'nnUNetPlans.json').read_text())
    dataset = json.loads((preprocessed / 'dataset.json').read_text())
    trainer = BudgetTrainer(plans, configuration, 'all', dataset, device=torch.device('cpu'))
    trainer.run_training()
    spent = seconds() - trainer.start
    start = time.monotonic()
    predictor = nnUNetPredictor(device=torch.device('cpu'), perform_everything_on_device=False, verbose=False)
    predictor.manual_initialization(
        trainer.network, trainer.plans_manager, trainer.configuration_manager, [trainer.network.state_dict()],
        dataset, 'nnUNetTrainer', trainer.inference_allowed_mirroring_axes)
    scans = str(folder / 'nnUNet_raw' / 'Dataset001_Patchcl' / 'imagesTs')
    (folder / 'nnunet').mkdir(exist_ok=True)
    predictor.predict_from_files_sequential(scans, str(folder / 'nnunet'), save_probabilities=False, overwrite=True)
    print(json.dumps({
        'version': version('nnunetv2'), 'epochs': trainer.current_epoch, 'steps': trainer.current_epoch * STEPS_OF_EPOCH,
        'minutes': spent / 60, 'predictSeconds': time.monotonic() - start}))


if __name__ == '__main__':
    main()
