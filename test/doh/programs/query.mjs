// A DNS query, as octets, without any library.
export function queryFor(name, id = 1) {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  const opt = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, ...labels, 0, 0, 1, 0, 1, ...opt]);
}

/** The address in an answer whose first record is an A record of the name asked for. */
export function addressIn({ bytes }) {
  const question = bytes.indexOf(0, 12) + 1 + 4;
  // A pointer, type, class, TTL and length.
  const rdata = question + 2 + 10;
  return [...bytes.subarray(rdata, rdata + 4)].join('.');
}
