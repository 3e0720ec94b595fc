using System.Buffers.Binary;

namespace NestC.Onnx;

/// <summary>Copies a serialized message without its tensor data. Every raw_data becomes a token of 16 bytes, the place and length of the bytes in
/// the file, and so does a large packed float_data or double_data, whose layout is the same. What Protobuf then parses is small,
/// whatever the size of the weights.</summary>
internal sealed unsafe class WireScan
{
    /// <summary>Bytes of a token: offset and length, little-endian.</summary>
    public const int TokenBytes = 16;

    private const int MaxDepth = 90, LargeList = 1024;
    private readonly byte* data;
    private readonly List<string> path = [];
    private byte[] output;
    private int used;

    private WireScan(byte* data, long length)
    {
        this.data = data;
        output = new byte[(int)Math.Min(length + 64, 1 << 16)];
    }

    /// <summary>The message types in which tensors can occur.</summary>
    public enum Message : byte { None, Model, Graph, Node, Attribute, Tensor, SparseTensor, TrainingInfo, Function, Sequence, Optional }

    /// <summary>The skeleton of a file that holds one message; throws <see cref="OnnxException"/> where the bytes are not a message.</summary>
    public static ReadOnlySpan<byte> Skeleton(MappedFile file, Message root)
    {
        var scan = new WireScan(file.Data, file.Length);
        scan.Copy(root, 0, file.Length, 0);
        return scan.output.AsSpan(0, scan.used);
    }

    private void Copy(Message type, long at, long end, int depth)
    {
        if (depth > MaxDepth) throw Error(at, "messages are nested too deeply");
        while (at < end)
        {
            long start = at;
            ulong tag = Varint(ref at, end);
            int field = (int)(tag >> 3);
            if (tag > uint.MaxValue || field == 0) throw Error(start, "the field number is not valid");
            switch ((int)(tag & 7))
            {
                case 0:
                    Varint(ref at, end);
                    Append(start, at);
                    break;
                case 1:
                    at = Skip(at, 8, end);
                    Append(start, at);
                    break;
                case 5:
                    at = Skip(at, 4, end);
                    Append(start, at);
                    break;
                case 2:
                    ulong length = Varint(ref at, end);
                    if (length > (ulong)(end - at)) throw Error(start, $"{FieldName(type, field)} is cut off: {length} bytes announced, {end - at} left");
                    long next = at + (long)length;
                    if (type == Message.Tensor && IsData(field, (long)length)) Token(at, (long)length);
                    else if (Child(type, field) is var child && child != Message.None)
                    {
                        path.Add(FieldName(type, field));
                        Append(start, start + TagBytes(start));
                        int lengthAt = used;
                        Reserve(5);
                        used += 5;
                        Copy(child, at, next, depth + 1);
                        WriteLength(lengthAt, used - lengthAt - 5);
                        path.RemoveAt(path.Count - 1);
                    }
                    else Append(start, next);
                    at = next;
                    break;
                default:
                    throw Error(start, $"wire type {tag & 7} is not valid");
            }
        }
    }

    private static bool IsData(int field, long length) => field == 9 || (field is 4 or 10 && length >= LargeList);

    private static Message Child(Message type, int field) => (type, field) switch
    {
        (Message.Model, 7) => Message.Graph,
        (Message.Model, 20) => Message.TrainingInfo,
        (Message.Model, 25) => Message.Function,
        (Message.Graph, 1) => Message.Node,
        (Message.Graph, 5) => Message.Tensor,
        (Message.Graph, 15) => Message.SparseTensor,
        (Message.Node, 5) => Message.Attribute,
        (Message.Attribute, 5 or 10) => Message.Tensor,
        (Message.Attribute, 6 or 11) => Message.Graph,
        (Message.Attribute, 22 or 23) => Message.SparseTensor,
        (Message.SparseTensor, 1 or 2) => Message.Tensor,
        (Message.TrainingInfo, 1 or 2) => Message.Graph,
        (Message.Function, 7) => Message.Node,
        (Message.Function, 11) => Message.Attribute,
        (Message.Sequence, 3) => Message.Tensor,
        (Message.Sequence, 4) => Message.SparseTensor,
        (Message.Sequence, 5) => Message.Sequence,
        (Message.Sequence, 7) => Message.Optional,
        (Message.Optional, 3) => Message.Tensor,
        (Message.Optional, 4) => Message.SparseTensor,
        (Message.Optional, 5) => Message.Sequence,
        (Message.Optional, 7) => Message.Optional,
        _ => Message.None,
    };

    private static string FieldName(Message type, int field) => (type, field) switch
    {
        (Message.Model, 7) => "graph",
        (Message.Graph, 1) or (Message.Function, 7) => "node",
        (Message.Graph, 5) => "initializer",
        (Message.Node, 5) => "attribute",
        (Message.Attribute, 5) => "t",
        (Message.Attribute, 6) => "g",
        (Message.Tensor, 9) => "raw_data",
        _ => $"field {field} of {type}",
    };

    private ulong Varint(ref long at, long end)
    {
        ulong value = 0;
        long start = at;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (at >= end) throw Error(start, "the message ends inside a number");
            byte b = data[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
        throw Error(start, "a number has more than ten bytes");
    }

    private long Skip(long at, int bytes, long end) => end - at >= bytes ? at + bytes : throw Error(at, "the message ends inside a number");

    private int TagBytes(long start)
    {
        int n = 1;
        while (data[start + n - 1] >= 0x80) n++;
        return n;
    }

    private void Append(long start, long end)
    {
        int length = checked((int)(end - start));
        Reserve(length);
        new ReadOnlySpan<byte>(data + start, length).CopyTo(output.AsSpan(used));
        used += length;
    }

    private void Token(long at, long length)
    {
        Reserve(2 + TokenBytes);
        output[used++] = (9 << 3) | 2;
        output[used++] = TokenBytes;
        BinaryPrimitives.WriteInt64LittleEndian(output.AsSpan(used), at);
        BinaryPrimitives.WriteInt64LittleEndian(output.AsSpan(used + 8), length);
        used += TokenBytes;
    }

    // A length of always five bytes can be filled in when it is known; readers accept the redundant form.
    private void WriteLength(int at, int length)
    {
        for (int i = 0; i < 4; i++) output[at + i] = (byte)(((length >> (7 * i)) & 0x7F) | 0x80);
        output[at + 4] = (byte)(length >> 28);
    }

    private void Reserve(int bytes)
    {
        long needed = (long)used + bytes;
        if (needed <= output.Length) return;
        if (needed > Array.MaxLength) throw new OnnxException(OnnxError.TooLarge, null, Where(), "what is left without tensor data exceeds 2 GB");
        Array.Resize(ref output, (int)Math.Min(Array.MaxLength, Math.Max(needed, output.Length * 2L)));
    }

    private OnnxException Error(long at, string message) => new(OnnxError.File, null, Where(), $"byte {at}: {message}");

    private string Where() => path.Count == 0 ? "the file" : string.Join('.', path);
}
