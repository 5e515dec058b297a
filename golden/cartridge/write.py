# Writes a PixelRTS cartridge with nothing but Python's standard library: a second writer for the reader's specs.
# Run: python3 golden/cartridge/write.py > golden/cartridge/python.json
import base64, hashlib, json, struct, zlib


def point(side, index):
    """A point of the Hilbert curve, from the smallest square up."""
    x = y = 0
    s = 1
    while s < side:
        rx = 1 & (index >> 1)
        ry = 1 & (index ^ rx)
        if ry == 0:
            if rx == 1:
                x, y = s - 1 - x, s - 1 - y
            x, y = y, x
        x += s * rx
        y += s * ry
        index >>= 2
        s *= 2
    return x, y


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def cartridge(data, meta, side, compress):
    encoded = zlib.compress(data, 9) if compress else data
    meta = dict(
        format="PixelRTS-2.0",
        format_version=2,
        grid_size=side,
        encoding={"type": "RGBA-dense", "bytes_per_pixel": 4, "mapping": "Hilbert space-filling curve"},
        **meta,
        data_hash=hashlib.sha256(data).hexdigest(),
        data_size=len(data),
    )
    if compress:
        meta["compression"] = {
            "type": "zlib",
            "level": "medium",
            "original_size": len(data),
            "compressed_size": len(encoded),
            "ratio": len(encoded) / len(data),
        }
        meta["encoded_size"] = len(encoded)
    rows = [bytearray(4 * side) for _ in range(side)]
    for n, byte in enumerate(encoded):
        x, y = point(side, n // 4)
        rows[y][4 * x + n % 4] = byte
    # Rows with the filter "up", and pixels behind the metadata in two chunks.
    above = bytes(4 * side)
    lines = b""
    for row in rows:
        lines += b"\x02" + bytes((a - b) & 255 for a, b in zip(row, above))
        above = row
    packed = zlib.compress(lines, 9)
    text = "PixelRTS\0PixelRTS" + json.dumps(meta, separators=(",", ":"))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0))
        + chunk(b"tEXt", text.encode("latin-1"))
        + chunk(b"IDAT", packed[:40])
        + chunk(b"IDAT", packed[40:])
        + chunk(b"IEND", b"")
    )


kernel = bytes(i * i * 7 >> 3 & 255 for i in range(500))
disk = b"\0" * 300 + b"the end of the disk is zeros" + b"\0" * 200
sha = lambda b: hashlib.sha256(b).hexdigest()
common = dict(encoding_mode="RGBA-dense", type="kernel", name="Gr\u00fc\u00dfe aus Python \u2713", content_version="3")
plain = cartridge(
    kernel + disk,
    dict(
        common,
        offsets={"kernel": [0, 500], "disk": [500, 500 + len(disk)]},
        hashes={"kernel": sha(kernel), "disk": sha(disk)},
        segments={"kernel": {"type": "Image", "size": 500}},
    ),
    32,
    False,
)
packed = cartridge(
    kernel + disk,
    dict(
        common,
        offsets={},
        hashes={},
        segments={
            "kernel": {"type": "Image", "size": 500, "sha256": sha(kernel)},
            "disk": {"type": "ext4", "size": len(disk), "sha256": sha(disk)},
        },
    ),
    16,
    True,
)
files = {name: base64.b64encode(png).decode() for name, png in (("plain", plain), ("packed", packed))}
print(json.dumps(files, indent=1))
