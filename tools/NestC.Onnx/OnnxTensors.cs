using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using NestC.Evaluation;
using NestC.Onnx.Proto;

namespace NestC.Onnx;

/// <summary>Between TensorProto and <see cref="NdArray"/>.</summary>
public static unsafe class OnnxTensors
{
    /// <summary>The element kind of a TensorProto data type; throws <see cref="OnnxException"/> for an unknown one.</summary>
    public static ElementKind Kind(int dataType, string? name, string field = "data_type") => TryKind(dataType)
        ?? throw new OnnxException(OnnxError.Tensor, name, field, $"{dataType} is not a known data type");

    /// <summary>The element kind of a TensorProto data type, or null.</summary>
    public static ElementKind? TryKind(int dataType) => (TensorProto.Types.DataType)dataType switch
    {
        TensorProto.Types.DataType.Float => ElementKind.F32,
        TensorProto.Types.DataType.Uint8 => ElementKind.U8,
        TensorProto.Types.DataType.Int8 => ElementKind.I8,
        TensorProto.Types.DataType.Uint16 => ElementKind.U16,
        TensorProto.Types.DataType.Int16 => ElementKind.I16,
        TensorProto.Types.DataType.Int32 => ElementKind.I32,
        TensorProto.Types.DataType.Int64 => ElementKind.I64,
        TensorProto.Types.DataType.String => ElementKind.String,
        TensorProto.Types.DataType.Bool => ElementKind.I1,
        TensorProto.Types.DataType.Float16 => ElementKind.F16,
        TensorProto.Types.DataType.Double => ElementKind.F64,
        TensorProto.Types.DataType.Uint32 => ElementKind.U32,
        TensorProto.Types.DataType.Uint64 => ElementKind.U64,
        TensorProto.Types.DataType.Complex64 => ElementKind.Complex64,
        TensorProto.Types.DataType.Complex128 => ElementKind.Complex128,
        TensorProto.Types.DataType.Bfloat16 => ElementKind.BF16,
        TensorProto.Types.DataType.Float8E4M3Fn => ElementKind.F8E4M3FN,
        TensorProto.Types.DataType.Float8E4M3Fnuz => ElementKind.F8E4M3FNUZ,
        TensorProto.Types.DataType.Float8E5M2 => ElementKind.F8E5M2,
        TensorProto.Types.DataType.Float8E5M2Fnuz => ElementKind.F8E5M2FNUZ,
        TensorProto.Types.DataType.Uint4 => ElementKind.U4,
        TensorProto.Types.DataType.Int4 => ElementKind.I4,
        _ => null,
    };

    /// <summary>The TensorProto data type of an element kind.</summary>
    public static TensorProto.Types.DataType DataType(ElementKind kind)
    {
        for (int type = 1; type <= 22; type++)
            if (TryKind(type) == kind) return (TensorProto.Types.DataType)type;
        throw new OnnxException(OnnxError.Tensor, null, "data_type", $"ONNX has no data type for {kind.Name()}");
    }

    /// <summary>A TensorProto with the array's elements.</summary>
    public static TensorProto ToProto(NdArray array, string name)
    {
        var t = new TensorProto { Name = name, DataType = (int)DataType(array.Kind) };
        foreach (long d in array.Shape) t.Dims.Add(d);
        if (array.Kind == ElementKind.String)
        {
            foreach (string s in array.Read<string>()) t.StringData.Add(ByteString.CopyFromUtf8(s));
            return t;
        }
        if (array.ByteLength > Array.MaxLength) throw new OnnxException(OnnxError.Tensor, name, "raw_data", $"{array.ByteLength} bytes do not fit one message");
        t.RawData = ByteString.CopyFrom(new ReadOnlySpan<byte>(array.Data, (int)array.ByteLength));
        GC.KeepAlive(array);
        return t;
    }

    /// <summary>The elements of a tensor: a view of the mapped file where the data are raw, a new array where they are a typed list. The tensor comes
    /// from a skeleton of <paramref name="file"/>; files of external data are looked up in its folder by <paramref name="external"/>.</summary>
    internal static NdArray ToArray(TensorProto t, MappedFile file, ExternalFiles external)
    {
        string name = t.Name;
        var kind = Kind(t.DataType, name);
        var shape = new long[t.Dims.Count];
        t.Dims.CopyTo(shape, 0);
        if (shape.Length > MaxRank) throw new OnnxException(OnnxError.Tensor, name, "dims", $"rank {shape.Length} is more than {MaxRank}");
        long count, bytes;
        try
        {
            count = NdArray.CountOf(shape);
            bytes = NdArray.BytesFor(kind, count);
        }
        catch (EvaluationException e)
        {
            throw new OnnxException(OnnxError.Tensor, name, "dims", e.Message);
        }
        if (t.Segment != null) throw new OnnxException(OnnxError.Tensor, name, "segment", "tensors in segments are not supported");
        if (t.DataLocation == TensorProto.Types.DataLocation.External)
        {
            if (kind == ElementKind.String) throw new OnnxException(OnnxError.External, name, "external_data", "strings cannot stand in a file of their own");
            var (source, offset) = external.Locate(t, bytes);
            return View(kind, shape, source, offset);
        }
        if (t.HasRawData)
        {
            if (kind == ElementKind.String) throw new OnnxException(OnnxError.Tensor, name, "raw_data", "strings cannot be raw data");
            if (t.RawData.Length != WireScan.TokenBytes) throw new OnnxException(OnnxError.Tensor, name, "raw_data", "the tensor was not read from a file");
            long offset = BinaryPrimitives.ReadInt64LittleEndian(t.RawData.Span), length = BinaryPrimitives.ReadInt64LittleEndian(t.RawData.Span[8..]);
            if (length != bytes) throw new OnnxException(OnnxError.Tensor, name, "raw_data", $"shape {NdArray.Format(shape)} of {kind.Name()} takes {bytes} bytes, not {length}");
            return View(kind, shape, file, offset);
        }
        return FromList(t, kind, shape, count);
    }

    /// <summary>Dimensions that a tensor may have; more are refused.</summary>
    public const int MaxRank = 64;

    private static NdArray View(ElementKind kind, long[] shape, MappedFile file, long offset)
    {
        var view = NdArray.Wrap(kind, shape, file.Data + offset, file, readOnly: true);
        if (kind != ElementKind.I1) return view;
        // A truth value of 2 would be neither true nor false to .NET.
        var clean = NdArray.CreateUninitialized(kind, shape);
        var to = clean.Write<byte>();
        var from = view.Read<byte>();
        for (int i = 0; i < to.Length; i++) to[i] = from[i] == 0 ? (byte)0 : (byte)1;
        return clean;
    }

    private static NdArray FromList(TensorProto t, ElementKind kind, long[] shape, long count)
    {
        long have = kind switch
        {
            ElementKind.F32 => t.FloatData.Count,
            ElementKind.Complex64 => t.FloatData.Count / 2,
            ElementKind.F64 => t.DoubleData.Count,
            ElementKind.Complex128 => t.DoubleData.Count / 2,
            ElementKind.I64 => t.Int64Data.Count,
            ElementKind.U64 or ElementKind.U32 => t.Uint64Data.Count,
            ElementKind.String => t.StringData.Count,
            ElementKind.I4 or ElementKind.U4 => Math.Min(count, 2L * t.Int32Data.Count),
            _ => t.Int32Data.Count,
        };
        if (have != count) throw new OnnxException(OnnxError.Tensor, t.Name, "dims", $"shape {NdArray.Format(shape)} has {count} elements, the tensor lists {have}");
        var y = NdArray.CreateUninitialized(kind, shape);
        switch (kind)
        {
            case ElementKind.String:
                var strings = y.Write<string>();
                for (int i = 0; i < strings.Length; i++) strings[i] = t.StringData[i].ToStringUtf8();
                break;
            case ElementKind.F32:
                Copy(t.FloatData, y.Write<float>());
                break;
            case ElementKind.F64:
                Copy(t.DoubleData, y.Write<double>());
                break;
            case ElementKind.I64:
                Copy(t.Int64Data, y.Write<long>());
                break;
            case ElementKind.U64:
                Copy(t.Uint64Data, y.Write<ulong>());
                break;
            case ElementKind.U32:
                for (int i = 0; i < count; i++) ((uint*)y.Data)[i] = unchecked((uint)t.Uint64Data[i]);
                break;
            case ElementKind.I32:
                Copy(t.Int32Data, y.Write<int>());
                break;
            case ElementKind.Complex64:
                for (int i = 0; i < 2 * count; i++) ((float*)y.Data)[i] = t.FloatData[i];
                break;
            case ElementKind.Complex128:
                for (int i = 0; i < 2 * count; i++) ((double*)y.Data)[i] = t.DoubleData[i];
                break;
            case ElementKind.I4 or ElementKind.U4:
                for (int i = 0; i < y.ByteLength; i++) y.Data[i] = unchecked((byte)t.Int32Data[i]);
                break;
            case ElementKind.I1:
                for (int i = 0; i < count; i++) y.Data[i] = t.Int32Data[i] == 0 ? (byte)0 : (byte)1;
                break;
            default:
                // Narrow kinds stand one an entry, as their bits.
                if (kind.Bytes() == 1)
                    for (int i = 0; i < count; i++) y.Data[i] = unchecked((byte)t.Int32Data[i]);
                else
                    for (int i = 0; i < count; i++) ((ushort*)y.Data)[i] = unchecked((ushort)t.Int32Data[i]);
                break;
        }
        return y;
    }

    private static void Copy<T>(Google.Protobuf.Collections.RepeatedField<T> from, Span<T> to)
    {
        for (int i = 0; i < to.Length; i++) to[i] = from[i];
    }
}

/// <summary>The files of external data beside a model. A location is a relative path that stays inside the model's folder.</summary>
internal sealed class ExternalFiles(string folder)
{
    private readonly Dictionary<string, MappedFile> open = new(StringComparer.Ordinal);

    /// <summary>The mapped file and the offset at which a tensor of the given size stands.</summary>
    public (MappedFile File, long Offset) Locate(TensorProto t, long bytes)
    {
        string? location = null;
        long offset = 0, length = bytes;
        foreach (var entry in t.ExternalData)
        {
            switch (entry.Key)
            {
                case "location": location = entry.Value; break;
                case "offset": offset = Number(t, entry); break;
                case "length": length = Number(t, entry); break;
            }
        }
        if (string.IsNullOrEmpty(location)) throw new OnnxException(OnnxError.External, t.Name, "external_data", "there is no location");
        if (length != bytes) throw new OnnxException(OnnxError.External, t.Name, "external_data", $"the tensor takes {bytes} bytes, the entry has {length}");
        if (!open.TryGetValue(location, out var file)) open[location] = file = MappedFile.Open(Resolve(t, location));
        if (offset > file.Length || bytes > file.Length - offset)
            throw new OnnxException(OnnxError.External, t.Name, "external_data", $"'{location}' has {file.Length} bytes, the tensor reaches from {offset} over {bytes}");
        return (file, offset);
    }

    private string Resolve(TensorProto t, string location)
    {
        var escape = new OnnxException(OnnxError.External, t.Name, "external_data", $"the location '{location}' leaves the model's folder");
        if (location.Contains('\0') || Path.IsPathRooted(location) || location.Contains(':')) throw escape;
        string path = folder;
        foreach (string part in location.Split('/', '\\'))
        {
            if (part == "..") throw escape;
            if (part is "" or ".") continue;
            path = Path.Combine(path, part);
            // A link may point anywhere, so none is followed.
            if (new FileInfo(path).LinkTarget != null) throw new OnnxException(OnnxError.External, t.Name, "external_data", $"the location '{location}' goes through a symbolic link");
        }
        return path;
    }

    private static long Number(TensorProto t, StringStringEntryProto entry) =>
        long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new OnnxException(OnnxError.External, t.Name, "external_data", $"{entry.Key} '{entry.Value}' is not a number");
}
