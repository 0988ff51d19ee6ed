// In a page: segments the scan that a person chooses with the model that they choose. Nothing leaves the machine.
import { loadSegmenter } from 'patchcl/browser';

const [model, scan] = document.querySelectorAll<HTMLInputElement>('input[type=file]');
const [link] = document.querySelectorAll('a');

scan?.addEventListener('change', async () => {
  const [modelFile, scanFile] = [model?.files?.[0], scan.files?.[0]];
  if (!modelFile || !scanFile || !link) return;
  const segmenter = await loadSegmenter(modelFile);
  const mask = await segmenter.segmentFile(scanFile);
  link.href = URL.createObjectURL(new Blob([await mask.encode('nifti')]));
  link.download = `${mask.id}_seg.nii.gz`;
  link.textContent = mask.classes.map((name) => `${name} ${mask.count(name)}`).join(', ');
  await segmenter.dispose();
});
