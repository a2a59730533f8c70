// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Makes a picture of a screen light: few colours, one byte for each point. Screens have few, the rest is the smoothing
// of letters.

import { deflateSync, inflateSync } from "node:zlib";

/** lighter returns a PNG of eight bits a channel, without interlacing, as one with at most 256 colours. */
export function lighter(png) {
  let width = 0, height = 0, channels = 0;
  const parts = [];
  for (let at = 8; at < png.length; ) {
    const size = png.readUInt32BE(at), kind = png.toString("latin1", at + 4, at + 8), data = png.subarray(at + 8, at + 8 + size);
    if (kind === "IHDR") {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      channels = { 2: 3, 6: 4 }[data[9]];
      if (data[8] !== 8 || !channels || data[12]) throw new Error("a PNG of another kind");
    }
    if (kind === "IDAT") parts.push(data);
    at += 12 + size;
  }
  const points = unfilter(inflateSync(Buffer.concat(parts)), width * channels, height, channels);
  // The colours of areas stay as they are; those of smoothed letters are counted together with their neighbours, and
  // the most frequent of each group stands for it.
  const counted = new Map();
  for (let i = 0; i < points.length; i += channels) {
    const rgb = (points[i] << 16) | (points[i + 1] << 8) | points[i + 2];
    counted.set(rgb, (counted.get(rgb) ?? 0) + 1);
  }
  const sorted = [...counted].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([rgb]) => rgb);
  const palette = sorted.slice(0, 128);
  const groups = new Set(palette.map((rgb) => (rgb >> 3) & 0x1f1f1f));
  for (const rgb of sorted) {
    const group = (rgb >> 3) & 0x1f1f1f;
    if (palette.length < 256 && !groups.has(group)) {
      groups.add(group);
      palette.push(rgb);
    }
  }
  const known = new Map(palette.map((rgb, i) => [rgb, i]));
  const index = (rgb) => {
    if (!known.has(rgb)) {
      const far = (c) => ((c >> 16) - (rgb >> 16)) ** 2 + (((c >> 8) & 255) - ((rgb >> 8) & 255)) ** 2 + ((c & 255) - (rgb & 255)) ** 2;
      known.set(rgb, palette.reduce((best, c, i) => (far(c) < far(palette[best]) ? i : best), 0));
    }
    return known.get(rgb);
  };
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0; x < width; x++, from += channels) {
      rows[y * (width + 1) + 1 + x] = index((points[from] << 16) | (points[from + 1] << 8) | points[from + 2]);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return Buffer.concat([png.subarray(0, 8), chunk("IHDR", head), chunk("PLTE", colours), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/** unfilter undoes what PNG does to each row before it is packed. */
function unfilter(data, stride, height, step) {
  const out = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const kind = data[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[y * stride + x - step] : 0;
      const up = y > 0 ? out[(y - 1) * stride + x] : 0;
      const corner = x >= step && y > 0 ? out[(y - 1) * stride + x - step] : 0;
      out[y * stride + x] = data[y * (stride + 1) + 1 + x] + [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind];
    }
  }
  return out;
}

function paeth(a, b, c) {
  const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

function chunk(kind, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(kind, 4, "latin1");
  data.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

function crc(bytes) {
  let c = ~0;
  for (const b of bytes) {
    c ^= b;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return ~c >>> 0;
}
