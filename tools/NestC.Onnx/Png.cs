using System.Buffers.Binary;
using System.IO.Compression;
using NestC.Evaluation;

namespace NestC.Onnx;

/// <summary>Reads PNG pictures (ISO/IEC 15948) of eight bits a sample, gray or colour, and of palettes of up to eight bits; not interlaced ones.
/// Errors are <see cref="OnnxException"/>.</summary>
public static class Png
{
    // A picture beyond this many samples is refused before memory is taken.
    private const long MaxSamples = 1L << 28;

    /// <summary>The picture as ui8, height x width x channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA. Palettes become RGB, or RGBA with transparency.</summary>
    public static NdArray Read(string path)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > MaxSamples) throw new OnnxException(OnnxError.File, path, null, "the file is too large for a picture");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OnnxException(OnnxError.File, null, null, $"cannot read '{path}'");
        }
        return Decode(bytes, path);
    }

    /// <summary>Decodes a picture in memory; <paramref name="name"/> stands in messages.</summary>
    public static NdArray Decode(ReadOnlySpan<byte> bytes, string name)
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];
        if (bytes.Length < 8 || !bytes[..8].SequenceEqual(signature)) throw new OnnxException(OnnxError.File, name, null, "it is not a PNG picture");
        int width = 0, height = 0, depth = 0, color = -1;
        ReadOnlySpan<byte> palette = default, transparency = default;
        using var packed = new MemoryStream();
        for (int at = 8; at + 12 <= bytes.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - 12) throw new OnnxException(OnnxError.File, name, null, "the picture is cut off");
            var type = bytes.Slice(at + 4, 4);
            var content = bytes.Slice(at + 8, (int)length);
            at += 12 + (int)length;
            if (type.SequenceEqual("IHDR"u8))
            {
                if (length != 13) throw new OnnxException(OnnxError.File, name, "IHDR", "the header has the wrong size");
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content[4..]));
                (depth, color) = (content[8], content[9]);
                if (width <= 0 || height <= 0 || (long)width * height * 4 > MaxSamples) throw new OnnxException(OnnxError.File, name, "IHDR", $"{width} x {height} is not a size that can be read");
                if (content[12] != 0) throw new OnnxException(OnnxError.File, name, "IHDR", "interlaced pictures are not supported");
                if (color is not (0 or 2 or 3 or 4 or 6)) throw new OnnxException(OnnxError.File, name, "IHDR", $"colour type {color} is not valid");
                if (depth != 8 && !(color is 0 or 3 && depth is 1 or 2 or 4)) throw new OnnxException(OnnxError.File, name, "IHDR", $"{depth} bits a sample are not supported");
            }
            else if (type.SequenceEqual("PLTE"u8)) palette = content;
            else if (type.SequenceEqual("tRNS"u8)) transparency = content;
            else if (type.SequenceEqual("IDAT"u8)) packed.Write(content);
            else if (type.SequenceEqual("IEND"u8)) break;
        }
        if (color < 0) throw new OnnxException(OnnxError.File, name, "IHDR", "the picture has no header");

        int samples = color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        int stride = (width * samples * depth + 7) / 8, step = Math.Max(1, samples * depth / 8);
        var rows = Unpack(packed, name, height, stride);
        Unfilter(rows, name, height, stride, step);
        if (color == 3) return ByPalette(rows, name, width, height, stride, depth, palette, transparency);

        var y = NdArray.CreateUninitialized(ElementKind.U8, [height, width, samples]);
        var to = y.Write<byte>();
        for (int row = 0, i = 0; row < height; row++)
        {
            var line = rows.AsSpan(row * (stride + 1) + 1, stride);
            // Fewer bits are stretched to the whole range.
            for (int x = 0; x < width * samples; x++, i++) to[i] = depth == 8 ? line[x] : (byte)(Bits(line, x, depth) * 255 / ((1 << depth) - 1));
        }
        return y;
    }

    private static byte[] Unpack(MemoryStream packed, string name, int height, int stride)
    {
        var rows = new byte[height * (long)(stride + 1)];
        packed.Position = 0;
        try
        {
            using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
            zlib.ReadExactly(rows);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new OnnxException(OnnxError.File, name, "IDAT", "the compressed data are damaged or too short");
        }
        return rows;
    }

    private static void Unfilter(byte[] rows, string name, int height, int stride, int step)
    {
        for (int row = 0; row < height; row++)
        {
            var line = rows.AsSpan(row * (stride + 1) + 1, stride);
            var above = row == 0 ? default : rows.AsSpan((row - 1) * (stride + 1) + 1, stride);
            int filter = rows[row * (stride + 1)];
            if (filter > 4) throw new OnnxException(OnnxError.File, name, "IDAT", $"filter {filter} of row {row} is not valid");
            if (filter == 0) continue;
            for (int x = 0; x < stride; x++)
            {
                int left = x >= step ? line[x - step] : 0, up = row > 0 ? above[x] : 0, corner = x >= step && row > 0 ? above[x - step] : 0;
                line[x] += filter switch
                {
                    1 => (byte)left,
                    2 => (byte)up,
                    3 => (byte)((left + up) / 2),
                    _ => (byte)Paeth(left, up, corner),
                };
            }
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner, a = Math.Abs(estimate - left), b = Math.Abs(estimate - up), c = Math.Abs(estimate - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static int Bits(ReadOnlySpan<byte> line, int index, int depth)
    {
        int perByte = 8 / depth;
        return (line[index / perByte] >> (8 - depth * (index % perByte + 1))) & ((1 << depth) - 1);
    }

    private static NdArray ByPalette(
        byte[] rows, string name, int width, int height, int stride, int depth, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency)
    {
        int channels = transparency.Length > 0 ? 4 : 3;
        var y = NdArray.CreateUninitialized(ElementKind.U8, [height, width, channels]);
        var to = y.Write<byte>();
        for (int row = 0, i = 0; row < height; row++)
        {
            var line = rows.AsSpan(row * (stride + 1) + 1, stride);
            for (int x = 0; x < width; x++, i += channels)
            {
                int index = depth == 8 ? line[x] : Bits(line, x, depth);
                if (index * 3 + 2 >= palette.Length) throw new OnnxException(OnnxError.File, name, "PLTE", $"colour {index} is not in the palette");
                palette.Slice(index * 3, 3).CopyTo(to[i..]);
                if (channels == 4) to[i + 3] = index < transparency.Length ? transparency[index] : (byte)255;
            }
        }
        return y;
    }
}
