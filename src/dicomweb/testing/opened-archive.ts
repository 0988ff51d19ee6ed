import { onTestFinished } from 'vitest';
import { makeImage } from '../../formats/dicom/testing/make-dicom.ts';
import { parseArchive } from '../address.ts';
import { ArchiveClient } from '../client.ts';
import { fakeArchive, type Intercept } from './fake-archive.ts';

/** A client that loses patience quickly, and its archive with two images, which is gone after the test. */
export async function openedArchive(intercept: Intercept = () => false, authorization?: string) {
  const archive = await fakeArchive([makeImage({ instance: 1 }), makeImage({ instance: 2 })]);
  onTestFinished(() => archive.close());
  archive.intercept = intercept;
  const limits = {
    answer: 150,
    silence: 100,
    grace: 150,
    slowest: 1000,
    list: 100_000,
    object: 50_000,
    attempts: 3,
    pause: 5,
  };
  const client = new ArchiveClient({
    base: archive.base,
    limits,
    ...(authorization !== undefined && { authorization }),
  });
  return { archive, client, address: parseArchive(`dicomweb+${archive.base}`) };
}
