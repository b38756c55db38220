// Writes pictures of pages small: as many colours as one byte can name are enough for what is flat but for the edges of letters.
import { crc32, deflateSync } from 'node:zlib';

const COLOURS = 256;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The bytes of a PNG in which colours that are almost alike have become the most frequent of them. Nothing shines through. */
export function pngOf({ width, height, data }) {
  const { places, palette } = named(data, width * height);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) lines.set(places.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits for each pixel, which stand for a place in the palette.
  head.set([8, 3], 8);
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('PLTE', Buffer.from(palette)), chunk('IDAT', deflateSync(lines, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, body) {
  const whole = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), body, Buffer.alloc(4)]);
  whole.writeUInt32BE(body.length, 0);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
  return whole;
}

/** For each pixel the place of its colour; coarser until the colours are few enough. */
function named(data, pixels) {
  for (let dropped = 0; ; dropped += 1) {
    const groups = new Map();
    const places = new Uint8Array(pixels);
    for (let pixel = 0; pixel < pixels && groups.size <= COLOURS; pixel += 1) {
      const [red, green, blue] = data.subarray(pixel * 4, pixel * 4 + 3);
      const key = ((red >> dropped) << 16) | ((green >> dropped) << 8) | (blue >> dropped);
      const group = groups.get(key) ?? { place: groups.size, counts: new Map() };
      groups.set(key, group);
      const colour = (red << 16) | (green << 8) | blue;
      group.counts.set(colour, (group.counts.get(colour) ?? 0) + 1);
      places[pixel] = group.place;
    }
    if (groups.size > COLOURS) continue;
    const most = [...groups.values()].map(({ counts }) => [...counts].reduce((one, other) => (other[1] > one[1] ? other : one))[0]);
    return { places, palette: most.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]) };
  }
}
