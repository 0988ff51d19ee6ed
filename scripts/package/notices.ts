import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Texts of licences whose packages hold no file with them; their authors are named above them. */
const TEXTS: Readonly<Record<string, string>> = {
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  ISC: `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the
above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY
DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION,
ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.`,
  'BSD-2-Clause': `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the
documentation and/or other materials provided with the distribution.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT
HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT
LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON
ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE
USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`,
  '(Apache-2.0 AND BSD-3-Clause)': `The Apache License 2.0 stands in the file LICENSE of patchcl. Parts derived from Google's protobuf, copyright 2008 Google Inc., are under
the BSD licence of three clauses: https://github.com/protocolbuffers/protobuf/blob/main/LICENSE`,
};

/** Packages whose package.json does not tell whose they are, and what is built into their files. */
const MORE: Readonly<Record<string, string>> = {
  '@cornerstonejs/codec-libjpeg-turbo-8bit': `Copyright (c) the authors of cornerstone. Built from libjpeg-turbo, copyright The libjpeg-turbo Project, which is under the IJG,
the modified BSD and the zlib licence: https://github.com/libjpeg-turbo/libjpeg-turbo/blob/main/LICENSE.md
This software is based in part on the work of the Independent JPEG Group.`,
  'onnxruntime-web': `Copyright (c) Microsoft Corporation. Notices of what ONNX Runtime itself is built from:
https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt`,
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  readonly homepage?: string;
}

/** Folder of the package that a module belongs to, if it is not ours. */
export function packageFolder(module: string): string | undefined {
  const path = module.replaceAll('\\', '/');
  const from = path.lastIndexOf('/node_modules/');
  if (from < 0) return undefined;
  const [first = '', second = ''] = path.slice(from + '/node_modules/'.length).split('/');
  return `${path.slice(0, from)}/node_modules/${first.startsWith('@') ? `${first}/${second}` : first}`;
}

/** What stands where a package holds no text of its licence, and TEXTS has none. */
export const UNKNOWN = 'The text of this licence is missing';

/** Name, version, licence and its whole text for packages in their folders. */
export function noticesOf(folders: Iterable<string>): string {
  const entries = [...new Set(folders)].map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
    const text = file === undefined ? standardText(manifest) : readFileSync(join(folder, file), 'utf8').trim();
    const { name, version, license } = manifest;
    return { title: `${name} ${version}${license === undefined ? '' : ` (${license})`}`, text };
  });
  const sorted = entries.sort((a, b) => (a.title < b.title ? -1 : 1));
  const head = 'patchcl brings parts of these packages along. Each is under the licence that stands with it.';
  return `${[head, ...sorted.map(({ title, text }) => `${'-'.repeat(80)}\n${title}\n\n${text}`)].join('\n\n')}\n`;
}

function standardText({ name, license = '', author, homepage }: Manifest): string {
  // A page is built all the same; the test of the installed package stops this from being published.
  const text = TEXTS[license] ?? `${UNKNOWN} (${license})`;
  const owner = typeof author === 'object' ? author.name : author;
  const holder =
    MORE[name] ?? `Copyright (c) ${owner ?? `the authors of ${name}${homepage === undefined ? '' : `, ${homepage}`}`}`;
  return `${holder}\n\n${text}`;
}

/**
 * Plugins that write THIRD-PARTY-NOTICES.txt for what a bundle, and its workers, are made of.
 *
 * @param more folders of packages whose files are copied as they are
 */
export function thirdPartyNotices(more: readonly string[]): { readonly page: Plugin; readonly worker: () => Plugin } {
  const folders = new Set(more);
  const collect: Plugin['generateBundle'] = (_, bundle) => {
    for (const chunk of Object.values(bundle)) {
      for (const module of chunk.type === 'chunk' ? chunk.moduleIds : []) {
        const folder = packageFolder(module.replace(/^\0/, '').split('?')[0] as string);
        if (folder !== undefined && existsSync(join(folder, 'package.json'))) folders.add(folder);
      }
    }
  };
  return {
    page: {
      name: 'third-party-notices',
      generateBundle: collect,
      writeBundle({ dir }) {
        if (dir !== undefined) writeFileSync(join(dir, 'THIRD-PARTY-NOTICES.txt'), noticesOf(folders));
      },
    },
    worker: () => ({ name: 'third-party-notices-of-workers', generateBundle: collect }),
  };
}
