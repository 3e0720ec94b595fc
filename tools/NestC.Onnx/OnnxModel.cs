using Google.Protobuf;
using NestC.Evaluation;
using NestC.Onnx.Proto;

namespace NestC.Onnx;

/// <summary>A model that has been read: its messages without tensor data, which stay in the mapped file until they are asked for.</summary>
public sealed class OnnxModel
{
    private readonly MappedFile file;
    private readonly ExternalFiles external;

    private OnnxModel(ModelProto proto, MappedFile file)
    {
        Proto = proto;
        this.file = file;
        external = new ExternalFiles(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file.Path)) ?? ".");
    }

    /// <summary>The parsed messages; every raw_data in them is a token that <see cref="Tensor"/> resolves.</summary>
    public ModelProto Proto { get; }

    public GraphProto Graph => Proto.Graph;

    /// <summary>Where the model was read.</summary>
    public string Path => file.Path;

    /// <summary>Reads and checks a model. Returns null where errors make it unusable; all of them are listed, at most 100.</summary>
    public static OnnxModel? Load(string path, out IReadOnlyList<OnnxError> errors)
    {
        MappedFile? file = null;
        try
        {
            file = MappedFile.Open(path);
            if (file.Length == 0) throw new OnnxException(OnnxError.File, null, null, $"'{path}' is empty");
            if (file.Length > int.MaxValue) throw new OnnxException(OnnxError.TooLarge, null, null, $"'{path}' is larger than 2 GB, the limit of one message; store the weights as external data");
            var proto = Parse<ModelProto>(file, WireScan.Message.Model, () => new ModelProto());
            var model = new OnnxModel(proto, file);
            errors = ModelCheck.Run(model);
            if (errors.Count == 0) return model;
        }
        catch (OnnxException e)
        {
            errors = [e.Error];
        }
        file?.Close();
        return null;
    }

    /// <summary>The version of a domain's operators that the model imports; 0 without one.</summary>
    public long Opset(string domain)
    {
        foreach (var import in Proto.OpsetImport)
            if (Same(import.Domain, domain)) return import.Version;
        return 0;

        static bool Same(string a, string b) => a == b || (a is "" or "ai.onnx" && b is "" or "ai.onnx");
    }

    /// <summary>The elements of a tensor of this model; a view of the file where its data are raw. Throws <see cref="OnnxException"/>.</summary>
    public NdArray Tensor(TensorProto tensor) => OnnxTensors.ToArray(tensor, file, external);

    /// <summary>Where a tensor's bytes stand: file, offset and length. False where they are a typed list.</summary>
    public bool TryLocate(TensorProto tensor, out string path, out long offset, out long length)
    {
        (path, offset, length) = ("", 0, 0);
        if (tensor.DataLocation != TensorProto.Types.DataLocation.External && !tensor.HasRawData) return false;
        var array = Tensor(tensor);
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            var (source, at) = external.Locate(tensor, array.ByteLength);
            (path, offset, length) = (source.Path, at, array.ByteLength);
            return true;
        }
        (path, length) = (file.Path, array.ByteLength);
        offset = System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(tensor.RawData.Span);
        return true;
    }

    /// <summary>Reads a file that holds one TensorProto. Throws <see cref="OnnxException"/>.</summary>
    public static NdArray ReadTensor(string path) => ReadValue<TensorProto>(path, WireScan.Message.Tensor, () => new TensorProto(), (t, tensor) => tensor(t));

    /// <summary>Reads a file that holds a SequenceProto of tensors. Throws <see cref="OnnxException"/>.</summary>
    public static NdArray[] ReadSequence(string path) => ReadValue<SequenceProto, NdArray[]>(
        path, WireScan.Message.Sequence, () => new SequenceProto(), (sequence, tensor) =>
        {
            var values = new NdArray[sequence.TensorValues.Count];
            for (int i = 0; i < values.Length; i++) values[i] = tensor(sequence.TensorValues[i]);
            return values;
        });

    /// <summary>Reads a file that holds an OptionalProto: nothing, a tensor, or a sequence of tensors. Throws <see cref="OnnxException"/>.</summary>
    public static (NdArray? Tensor, NdArray[]? Sequence) ReadOptional(string path) => ReadValue<OptionalProto, (NdArray?, NdArray[]?)>(
        path, WireScan.Message.Optional, () => new OptionalProto(), (optional, tensor) =>
        {
            if (optional.TensorValue != null) return (tensor(optional.TensorValue), null);
            if (optional.SequenceValue == null) return (null, null);
            var values = new NdArray[optional.SequenceValue.TensorValues.Count];
            for (int i = 0; i < values.Length; i++) values[i] = tensor(optional.SequenceValue.TensorValues[i]);
            return (null, values);
        });

    /// <summary>Writes an array as a TensorProto.</summary>
    public static void WriteTensor(string path, NdArray array, string name)
    {
        using var stream = File.Create(path);
        OnnxTensors.ToProto(array, name).WriteTo(stream);
    }

    private static NdArray ReadValue<T>(string path, WireScan.Message root, Func<T> create, Func<T, Func<TensorProto, NdArray>, NdArray> read)
        where T : IMessage => ReadValue<T, NdArray>(path, root, create, read);

    private static TValue ReadValue<T, TValue>(string path, WireScan.Message root, Func<T> create, Func<T, Func<TensorProto, NdArray>, TValue> read)
        where T : IMessage
    {
        var file = MappedFile.Open(path);
        var proto = Parse(file, root, create);
        var external = new ExternalFiles(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? ".");
        return read(proto, t => OnnxTensors.ToArray(t, file, external));
    }

    private static T Parse<T>(MappedFile file, WireScan.Message root, Func<T> create) where T : IMessage
    {
        try
        {
            var message = create();
            message.MergeFrom(WireScan.Skeleton(file, root));
            return message;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxException(OnnxError.File, null, null, $"'{file.Path}' is not a valid message: {e.Message}");
        }
    }
}
