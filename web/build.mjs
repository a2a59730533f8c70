// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Builds web/dist: one style sheet, small scripts that are loaded when a page
// needs them, fonts, licences, and manifest.json from plain names to hashed ones.
import { build } from 'esbuild'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')
const type = join(here, 'node_modules/@fontsource/be-vietnam-pro')
const print = join(here, 'node_modules/@expo-google-fonts/tinos')
const weights = [400, 600]
const subsets = ['latin-ext', 'vietnamese', 'latin']

// The faces of the page: only woff2, each with its unicode-range, so that a
// phone loads only the parts of the alphabet that the page has.
const faces = {
  name: 'faces',
  setup(b) {
    b.onResolve({ filter: /^tinhso:faces$/ }, () => ({ path: 'faces', namespace: 'faces' }))
    b.onLoad({ filter: /.*/, namespace: 'faces' }, async () => {
      const ranges = JSON.parse(await readFile(join(type, 'unicode.json'), 'utf8'))
      const rules = weights.flatMap((weight) => subsets.map((subset) => `@font-face {
  font-family: "Be Vietnam Pro"; font-style: normal; font-weight: ${weight}; font-display: swap;
  src: url("./files/be-vietnam-pro-${subset}-${weight}-normal.woff2") format("woff2");
  unicode-range: ${ranges[subset]};
}`))
      return { contents: rules.join('\n'), loader: 'css', resolveDir: type }
    })
  }
}

// The behaviours of govuk-frontend look for their own class prefix; ours is "ts-".
const prefix = {
  name: 'prefix',
  setup(b) {
    b.onLoad({ filter: /govuk-frontend[\\/]dist[\\/]govuk[\\/].*\.mjs$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      return { contents: source.replaceAll(/(?<!\/)govuk-/g, 'ts-'), loader: 'js' }
    })
  }
}

for (const name of await readdir(dist)) {
  if (name !== '.keep') await rm(join(dist, name), { recursive: true })
}

const entryPoints = ['src/css/site.css', 'src/ts/main.ts', 'src/ts/desk.ts', 'src/ts/htmx.ts', 'src/ts/sw.ts', 'node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs', 'src/img/icon.svg', 'src/img/icon-192.png', 'src/img/icon-512.png']
const result = await build({
  absWorkingDir: here,
  entryPoints,
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari15.6'], // Chrome 109 and Cốc Cốc are the last ones of old counter PCs
  minify: true,
  sourcemap: false,
  legalComments: 'none', // the licences are in NOTICES.txt
  metafile: true,
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[name]-[hash]',
  assetNames: '[ext]/[name]-[hash]',
  loader: { '.woff2': 'file', '.svg': 'copy', '.png': 'copy' },
  plugins: [faces, prefix]
})

const manifest = {}
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  const name = relative('dist', file)
  if (entryPoints.includes(output.entryPoint)) {
    manifest[basename(output.entryPoint).replace(/\.(ts|mjs)$/, '.js')] = name
  } else if (name.endsWith('.woff2')) {
    manifest[name.replace(/^woff2\/be-vietnam-pro-(.+)-normal-[A-Z0-9]+\.woff2$/, '$1.woff2')] = name
  }
}

// The PDF maker needs whole TrueType files, like Times New Roman (NĐ 30/2020);
// they never go to a browser.
await mkdir(join(dist, 'pdf'), { recursive: true })
for (const [face, name] of [['400Regular', 'Regular'], ['400Regular_Italic', 'Italic'], ['700Bold', 'Bold'], ['700Bold_Italic', 'BoldItalic']]) {
  await copyFile(join(print, face, `Tinos_${face}.ttf`), join(dist, 'pdf', `Tinos-${name}.ttf`))
}

// Everything that goes to a browser or into a PDF, with its licence; a package
// without a licence file states it in package.json.
const notices = []
for (const name of ['@fontsource/be-vietnam-pro', '@expo-google-fonts/tinos', 'govuk-frontend', 'htmx.org', 'maplibre-gl', 'pmtiles']) {
  const folder = join(here, 'node_modules', name)
  const { version, license, repository } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const files = (await readdir(folder)).filter((file) => /^licen[cs]e/i.test(file))
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  notices.push([`${name} ${version} (${license})`, repository?.url ?? '', ...texts].join('\n\n'))
}
await writeFile(join(dist, 'NOTICES.txt'), notices.join('\n\n----\n\n'))

for (const name of await readdir(dist, { recursive: true })) {
  if (!/\.(css|js|svg|txt)$/.test(name)) continue
  const data = await readFile(join(dist, name))
  await writeFile(join(dist, name + '.gz'), gzipSync(data, { level: 9 }))
  await writeFile(join(dist, name + '.br'), brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
}
await writeFile(join(dist, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n')
