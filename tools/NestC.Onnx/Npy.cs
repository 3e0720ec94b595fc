using System.Globalization;
using System.IO.Compression;
using System.Text;
using NestC.Evaluation;

namespace NestC.Onnx;

/// <summary>numpy's .npy (format 1 to 3) and .npz files. Errors are <see cref="OnnxException"/>.</summary>
public static unsafe class Npy
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a .npy file; the array is a view of the mapped file where its layout allows.</summary>
    public static NdArray Read(string path)
    {
        var file = MappedFile.Open(path);
        if (file.Length > int.MaxValue)
        {
            // Only the header is looked at through a span, the elements are mapped.
            return Parse(new ReadOnlySpan<byte>(file.Data, 1 << 20), file.Length, path, file, file.Data);
        }
        return Parse(new ReadOnlySpan<byte>(file.Data, (int)file.Length), file.Length, path, file, file.Data);
    }

    /// <summary>Writes an array in row-major order, format 1.</summary>
    public static void Write(string path, NdArray array)
    {
        using var stream = File.Create(path);
        Write(stream, array);
    }

    /// <summary>Reads all arrays of a .npz file, in the order of the archive.</summary>
    public static IReadOnlyList<(string Name, NdArray Array)> ReadArchive(string path)
    {
        var result = new List<(string, NdArray)>();
        try
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var entry in zip.Entries)
            {
                if (!entry.Name.EndsWith(".npy", StringComparison.Ordinal)) continue;
                string name = entry.FullName[..^4];
                if (entry.Length > Array.MaxLength) throw new OnnxException(OnnxError.File, name, null, "the array is larger than 2 GB; store it as .npy");
                // The archive's own word on the length is not trusted: memory grows with what really comes.
                using var content = new MemoryStream();
                using (var packed = entry.Open())
                {
                    var buffer = new byte[1 << 16];
                    for (int n; (n = packed.Read(buffer)) > 0;)
                    {
                        if (content.Length + n > entry.Length) throw new OnnxException(OnnxError.File, name, null, "the entry is longer than the archive says");
                        content.Write(buffer, 0, n);
                    }
                }
                var bytes = NdArray.From<byte>(content.ToArray(), content.Length);
                result.Add((name, Parse(bytes.Read<byte>(), bytes.Count, name, bytes, bytes.Data)));
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new OnnxException(OnnxError.File, null, null, $"cannot read '{path}': it is not a readable .npz archive");
        }
        return result;
    }

    /// <summary>Writes arrays as an uncompressed .npz archive.</summary>
    public static void WriteArchive(string path, IEnumerable<(string Name, NdArray Array)> arrays)
    {
        using var zip = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, array) in arrays)
        {
            var entry = zip.CreateEntry(name + ".npy", CompressionLevel.NoCompression);
            // The same arrays give the same archive.
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var stream = entry.Open();
            Write(stream, array);
        }
    }

    private static void Write(Stream stream, NdArray array)
    {
        var shape = new StringBuilder("(");
        foreach (long d in array.Shape) shape.Append(CultureInfo.InvariantCulture, $"{d},");
        shape.Append(')');
        string header = $"{{'descr': '{Descriptor(array.Kind)}', 'fortran_order': False, 'shape': {shape}, }}";
        // The elements start at a multiple of 64 bytes.
        int padded = (10 + header.Length + 1 + 63) / 64 * 64 - 10;
        stream.Write(Magic);
        stream.Write([1, 0, (byte)padded, (byte)(padded >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header.PadRight(padded - 1) + "\n"));
        for (long at = 0; at < array.ByteLength; at += 1 << 30)
            stream.Write(new ReadOnlySpan<byte>(array.Data + at, (int)Math.Min(array.ByteLength - at, 1 << 30)));
        GC.KeepAlive(array);
    }

    private static NdArray Parse(ReadOnlySpan<byte> bytes, long total, string name, object owner, byte* data)
    {
        if (bytes.Length < 10 || !bytes[..6].SequenceEqual(Magic)) throw new OnnxException(OnnxError.File, name, null, "it is not a .npy file");
        int wide = bytes[6] == 1 ? 2 : 4;
        if (bytes[6] is < 1 or > 3 || bytes.Length < 8 + wide) throw new OnnxException(OnnxError.File, name, null, $"version {bytes[6]} of .npy is not known");
        long length = wide == 2 ? BitConverter.ToUInt16(bytes[8..]) : BitConverter.ToUInt32(bytes[8..]);
        long start = 8 + wide + length;
        if (start > bytes.Length) throw new OnnxException(OnnxError.File, name, "header", "the header is cut off");
        string header = Encoding.UTF8.GetString(bytes[(8 + wide)..(int)start]);

        string descriptor = Value(header, "descr", name);
        if (descriptor.Length < 3 || descriptor[0] is not ('\'' or '"')) throw new OnnxException(OnnxError.File, name, "descr", $"{descriptor} is not a plain type");
        var kind = Kind(descriptor.Trim('\'', '"')) ?? throw new OnnxException(OnnxError.File, name, "descr", $"{descriptor} elements are not supported");
        bool columnMajor = Value(header, "fortran_order", name) == "True";
        var shape = new List<long>();
        foreach (string part in Value(header, "shape", name).Trim('(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part.TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out long d)) throw new OnnxException(OnnxError.File, name, "shape", $"'{part}' is not an extent");
            shape.Add(d);
        }
        if (shape.Count > OnnxTensors.MaxRank) throw new OnnxException(OnnxError.File, name, "shape", $"rank {shape.Count} is more than {OnnxTensors.MaxRank}");
        if (columnMajor) shape.Reverse();
        try
        {
            long size = NdArray.BytesFor(kind, NdArray.CountOf(shape.ToArray()));
            if (size > total - start) throw new OnnxException(OnnxError.File, name, null, $"{size} bytes of elements are announced, {total - start} are there");
            var view = NdArray.Wrap(kind, shape.ToArray(), data + start, owner, readOnly: true);
            if (!columnMajor || shape.Count < 2) return view;
            return Transposed(view);
        }
        catch (EvaluationException e)
        {
            throw new OnnxException(OnnxError.File, name, "shape", e.Message);
        }
    }

    private static NdArray Transposed(NdArray x)
    {
        var shape = x.Shape.ToArray();
        Array.Reverse(shape);
        var y = NdArray.CreateUninitialized(x.Kind, shape);
        var position = new long[shape.Length];
        int size = x.Kind.Bytes();
        for (long i = 0; i < y.Count; i++)
        {
            long from = 0;
            for (int d = shape.Length - 1; d >= 0; d--) from = from * shape[d] + position[d];
            Buffer.MemoryCopy(x.Data + from * size, y.Data + i * size, size, size);
            for (int d = shape.Length - 1; d >= 0 && ++position[d] == shape[d]; d--) position[d] = 0;
        }
        GC.KeepAlive(x);
        return y;
    }

    // The text after 'key': up to the comma or brace that ends it; the header is a Python dictionary of three plain values.
    private static string Value(string header, string key, string name)
    {
        int at = header.IndexOf($"'{key}'", StringComparison.Ordinal);
        at = at < 0 ? -1 : header.IndexOf(':', at);
        if (at < 0) throw new OnnxException(OnnxError.File, name, "header", $"there is no '{key}'");
        int end = at + 1, depth = 0;
        for (; end < header.Length; end++)
        {
            char c = header[end];
            if (c == '(') depth++;
            else if (c == ')') depth--;
            else if (depth == 0 && c is ',' or '}') break;
        }
        return header[(at + 1)..end].Trim();
    }

    private static ElementKind? Kind(string descriptor) => descriptor switch
    {
        "|b1" or "?" => ElementKind.I1,
        "|i1" => ElementKind.I8,
        "|u1" => ElementKind.U8,
        "<i2" => ElementKind.I16,
        "<u2" => ElementKind.U16,
        "<i4" => ElementKind.I32,
        "<u4" => ElementKind.U32,
        "<i8" => ElementKind.I64,
        "<u8" => ElementKind.U64,
        "<f2" => ElementKind.F16,
        "<f4" => ElementKind.F32,
        "<f8" => ElementKind.F64,
        "<c8" => ElementKind.Complex64,
        "<c16" => ElementKind.Complex128,
        _ => null,
    };

    private static string Descriptor(ElementKind kind) => kind switch
    {
        ElementKind.I1 => "|b1",
        ElementKind.I8 => "|i1",
        ElementKind.U8 => "|u1",
        ElementKind.I16 => "<i2",
        ElementKind.U16 => "<u2",
        ElementKind.I32 => "<i4",
        ElementKind.U32 => "<u4",
        ElementKind.I64 => "<i8",
        ElementKind.U64 => "<u8",
        ElementKind.F16 => "<f2",
        ElementKind.F32 => "<f4",
        ElementKind.F64 => "<f8",
        ElementKind.Complex64 => "<c8",
        ElementKind.Complex128 => "<c16",
        _ => throw new OnnxException(OnnxError.File, null, "descr", $"numpy has no type for {kind.Name()}"),
    };
}
