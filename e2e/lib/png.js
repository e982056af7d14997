/**
 * Makes a screenshot small: at most 256 colours, the most used ones kept exactly, packed with a palette. Enough for pages, which are
 * flat; no picture tool has to be installed for it.
 */
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** @param {Buffer} png */
function* chunks(png) {
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    yield { type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

/** @param {number} left @param {number} up @param {number} corner */
function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/**
 * The pixels of an 8-bit RGB or RGBA picture, as Chromium writes them.
 * @param {Buffer} png
 */
function decode(png) {
  const parts = [...chunks(png)];
  const header = parts[0].data;
  const [width, height, size] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3];
  const raw = inflateSync(Buffer.concat(parts.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
  const stride = width * size;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    for (let x = 0; x < stride; x += 1) {
      const left = x >= size ? pixels[y * stride + x - size] : 0;
      const up = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      const corner = x >= size && y > 0 ? pixels[(y - 1) * stride + x - size] : 0;
      const add = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * stride + x] = raw[y * (stride + 1) + 1 + x] + add;
    }
  }
  return { width, height, size, pixels };
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/**
 * @param {Buffer} png
 * @returns {Buffer}
 */
export function shrink(png) {
  const { width, height, size, pixels } = decode(png);
  const colourAt = (/** @type {number} */ at) => (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
  /** @type {Map<number, number>} */
  const used = new Map();
  for (let at = 0; at < pixels.length; at += size) used.set(colourAt(at), (used.get(colourAt(at)) ?? 0) + 1);
  const palette = choose(used);
  /** @type {Map<number, number>} */
  const index = new Map(palette.map((colour, place) => [colour, place]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = colourAt((y * width + x) * size);
      let place = index.get(colour);
      if (place === undefined) index.set(colour, (place = nearest(palette, colour)));
      rows[y * (width + 1) + 1 + x] = place;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("PLTE", colours), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/**
 * Colours by use, each at some distance from those already taken, so that rare hues keep a place.
 * @param {Map<number, number>} used
 */
function choose(used) {
  const ranked = [...used].sort((one, other) => other[1] - one[1]).map(([colour]) => colour);
  /** @type {number[]} */
  const palette = [];
  for (const apart of [300, 120, 30, 0]) {
    for (const colour of ranked) {
      if (palette.length >= 256) return palette;
      if (palette.every((taken) => distance(taken, colour) > apart)) palette.push(colour);
    }
  }
  return palette;
}

/** @param {number} one @param {number} other */
const distance = (one, other) => ((one >> 16) - (other >> 16)) ** 2 + (((one >> 8) & 255) - ((other >> 8) & 255)) ** 2 + ((one & 255) - (other & 255)) ** 2;

/** @param {number[]} palette @param {number} colour */
function nearest(palette, colour) {
  let [best, least] = [0, Infinity];
  palette.forEach((taken, place) => {
    const away = distance(taken, colour);
    if (away < least) [best, least] = [place, away];
  });
  return best;
}
