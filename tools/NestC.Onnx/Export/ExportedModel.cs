using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Onnx.Proto;

namespace NestC.Onnx.Export;

/// <summary>A tensor of the model whose elements are a resource's bytes, which are not copied until they are written.</summary>
internal sealed record WeightSource(TensorProto Tensor, ResourceBlob Blob);

/// <summary>A model that is to be written, in one message or with its weights in a file of their own.</summary>
public sealed class ExportedModel
{
    private const int Alignment = 64;

    /// <summary>Bytes below which a tensor stays in the message.</summary>
    private const int LeastExternal = 1024;

    private readonly List<WeightSource> weights;

    internal ExportedModel(ModelProto proto, List<WeightSource> weights)
    {
        (Proto, this.weights) = (proto, weights);
        foreach (WeightSource weight in weights) WeightBytes += weight.Blob.Length;
    }

    /// <summary>The messages; tensors of resources have no data in them before they are written.</summary>
    public ModelProto Proto { get; }

    /// <summary>Bytes of all resources.</summary>
    public long WeightBytes { get; }

    /// <summary>Writes the model as one message. Throws <see cref="OnnxException"/> when the weights take more than the 2 GB of a message.</summary>
    public void Write(Stream output)
    {
        if (WeightBytes > int.MaxValue - (64 << 20))
            throw new OnnxException(null, "raw_data", $"{WeightBytes} bytes of weights do not fit one message of 2 GB; store them as external data");
        foreach (WeightSource weight in weights) weight.Tensor.RawData = Wrap(weight.Blob);
        WriteMessage(output);
    }

    /// <summary>Writes the message, and the larger weights to a file, which the message calls <paramref name="location"/>.</summary>
    public void WriteExternal(Stream output, Stream data, string location)
    {
        long at = 0;
        foreach (WeightSource weight in weights)
        {
            if (weight.Blob.Length < LeastExternal)
            {
                weight.Tensor.RawData = Wrap(weight.Blob);
                continue;
            }
            long start = (at + Alignment - 1) / Alignment * Alignment;
            for (; at < start; at++) data.WriteByte(0);
            weight.Tensor.DataLocation = TensorProto.Types.DataLocation.External;
            Entry(weight.Tensor, "location", location);
            Entry(weight.Tensor, "offset", start.ToString(CultureInfo.InvariantCulture));
            Entry(weight.Tensor, "length", weight.Blob.Length.ToString(CultureInfo.InvariantCulture));
            for (long done = 0; done < weight.Blob.Length;)
            {
                ReadOnlySpan<byte> chunk = weight.Blob.Chunk(done);
                data.Write(chunk);
                done += chunk.Length;
            }
            at = start + weight.Blob.Length;
        }
        WriteMessage(output);
    }

    private void WriteMessage(Stream output)
    {
        using CodedOutputStream coded = new(output, 1 << 16, leaveOpen: true);
        Proto.WriteTo(coded);
        coded.Flush();
    }

    private static void Entry(TensorProto tensor, string key, string value) => tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });

    private static ByteString Wrap(ResourceBlob blob)
    {
        if (blob.Length == 0) return ByteString.Empty;
        if (blob is ArrayBlob || blob.Chunk(0).Length == blob.Length) return UnsafeByteOperations.UnsafeWrap(new BlobMemory(blob).Memory);
        byte[] all = new byte[blob.Length];
        for (int done = 0; done < all.Length;)
        {
            ReadOnlySpan<byte> chunk = blob.Chunk(done);
            chunk.CopyTo(all.AsSpan(done));
            done += chunk.Length;
        }
        return UnsafeByteOperations.UnsafeWrap(all);
    }

    // A blob that lies in one piece, as memory that is only read.
    private sealed unsafe class BlobMemory(ResourceBlob blob) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan()
        {
            if (blob is ArrayBlob own) return new Span<byte>(own.Array.Data, (int)blob.Length);
            ReadOnlySpan<byte> whole = blob.Chunk(0);
            return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(whole), whole.Length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("the bytes of a resource are read as a span");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
