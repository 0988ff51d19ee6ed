// Segments a scan with a trained run, and writes the mask on the scan's own grid: predict RUN SCAN MASK
import { loadSegmenter } from 'patchcl';

const [run = 'runs/a', scan = 'scan.nii.gz', target = 'scan_seg.nii.gz'] = process.argv.slice(2);

await using segmenter = await loadSegmenter(run);
const mask = await segmenter.segmentFile(scan, { signal: AbortSignal.timeout(600_000) });
for (const name of mask.classes.slice(1)) console.log(`${name}: ${mask.count(name)} voxels`);
await mask.write(target);
