using System.Text;
using Google.Protobuf;
using NestC.Evaluation;
using NestC.Onnx;
using NestC.Onnx.Proto;
using Xunit;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Reading and writing of ONNX, numpy and PNG files, and what is said about bad ones.</summary>
public sealed class FileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("nest-onnx-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void RawWeightsAreViewsOfTheFile()
    {
        var model = Small();
        var weight = NdArray.From<float>([1, 2, 3, 4], 2, 2);
        model.Graph.Initializer.Add(OnnxTensors.ToProto(weight, "w"));
        var loaded = Load(model)!;
        var read = loaded.Tensor(loaded.Graph.Initializer[0]);
        Assert.True(read.IsReadOnly);
        Assert.True(read.ContentEquals(weight));
        Assert.True(loaded.TryLocate(loaded.Graph.Initializer[0], out string path, out long offset, out long length));
        Assert.Equal(16, length);
        Assert.Equal(1f, BitConverter.ToSingle(File.ReadAllBytes(path), (int)offset));
    }

    [Fact]
    public void LargePackedListsAreViewsToo()
    {
        var model = Small();
        var tensor = new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.Float };
        tensor.Dims.Add(1000);
        for (int i = 0; i < 1000; i++) tensor.FloatData.Add(i);
        model.Graph.Initializer.Add(tensor);
        var loaded = Load(model)!;
        var read = loaded.Tensor(loaded.Graph.Initializer[0]);
        Assert.True(read.IsReadOnly);
        Assert.Equal(999f, read.Read<float>()[999]);
    }

    [Theory]
    [InlineData(TensorProto.Types.DataType.Int8, ElementKind.I8, -3.0)]
    [InlineData(TensorProto.Types.DataType.Uint16, ElementKind.U16, 65533.0)]
    [InlineData(TensorProto.Types.DataType.Bool, ElementKind.I1, 1.0)]
    public void NarrowKindsStandInTheIntegerList(TensorProto.Types.DataType type, ElementKind kind, double value)
    {
        var model = Small();
        var tensor = new TensorProto { Name = "w", DataType = (int)type };
        tensor.Int32Data.Add((int)value);
        model.Graph.Initializer.Add(tensor);
        var loaded = Load(model)!;
        var read = loaded.Tensor(loaded.Graph.Initializer[0]);
        Assert.Equal(kind, read.Kind);
        Assert.Equal(value, read.GetDouble(0));
    }

    [Fact]
    public void ExternalDataAreMappedFromTheirFile()
    {
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), [0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64]);
        var loaded = Load(WithExternal("weights.bin", "4"))!;
        Assert.Equal([1f, 2f], loaded.Tensor(loaded.Graph.Initializer[0]).Read<float>().ToArray());
    }

    [Theory]
    [InlineData("../weights.bin", "0", "leaves the model's folder")]
    [InlineData("/etc/passwd", "0", "leaves the model's folder")]
    [InlineData("a/../../b", "0", "leaves the model's folder")]
    [InlineData("absent.bin", "0", "there is no such file")]
    [InlineData("weights.bin", "8", "has 12 bytes")]
    [InlineData("weights.bin", "-4", "is not a number")]
    [InlineData("weights.bin", "9223372036854775807", "has 12 bytes")]
    public void BadExternalDataAreReported(string location, string offset, string expected)
    {
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[12]);
        var error = Assert.Single(Errors(WithExternal(location, offset)));
        Assert.Equal("w", error.Node ?? "w");
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void LinksOfExternalDataAreNotFollowed()
    {
        File.CreateSymbolicLink(Path.Combine(folder, "link.bin"), "/etc/passwd");
        Assert.Contains("symbolic link", Assert.Single(Errors(WithExternal("link.bin", "0"))).Message);
    }

    [Fact]
    public void ShapesThatDoNotFitTheDataAreReported()
    {
        var model = Small();
        foreach (long[] dims in new long[][] { [1L << 60], [1L << 31, 1L << 31, 1L << 31], [-1], [3] })
        {
            var t = new TensorProto { Name = $"w{model.Graph.Initializer.Count}", DataType = 1, RawData = ByteString.CopyFrom(new byte[8]) };
            t.Dims.AddRange(dims);
            model.Graph.Initializer.Add(t);
        }
        var errors = Errors(model);
        Assert.Equal(4, errors.Count);
        Assert.All(errors, (e, i) => Assert.Equal($"w{i}", e.Node));
        Assert.Contains("not 8", errors[3].Message);
    }

    [Fact]
    public void CyclesUndefinedNamesAndDuplicatesAreReportedTogether()
    {
        var model = Small();
        model.Graph.Node.Clear();
        Add(model, "first", ["x", "late"], "a");
        Add(model, "second", ["a"], "late");
        Add(model, "third", ["nowhere"], "a");
        Add(model, "fourth", ["self"], "self");
        var errors = Errors(model).Select(e => e.ToString()).ToArray();
        Assert.Contains(errors, e => e.StartsWith("'first', input 1") && e.Contains("later node, 'second'"));
        Assert.Contains(errors, e => e.StartsWith("'third', input 0") && e.Contains("nothing defines 'nowhere'"));
        Assert.Contains(errors, e => e.StartsWith("'third', output 0") && e.Contains("defined twice"));
        Assert.Contains(errors, e => e.StartsWith("'fourth', input 0") && e.Contains("own result"));
        Assert.Contains(errors, e => e.StartsWith("'y', graph.output"));
    }

    [Fact]
    public void DeepNestingIsReported()
    {
        var graph = new GraphProto();
        for (int i = 0; i < 200; i++)
        {
            var node = new NodeProto { OpType = "If" };
            node.Attribute.Add(new AttributeProto { Name = "then_branch", G = graph });
            graph = new GraphProto();
            graph.Node.Add(node);
        }
        Assert.Contains("nested too deeply", Assert.Single(Errors(new ModelProto { Graph = graph })).Message);
    }

    [Fact]
    public void DamagedFilesNeverEscapeAsExceptions()
    {
        var model = Small();
        model.Graph.Initializer.Add(OnnxTensors.ToProto(NdArray.From<float>(new float[64], 8, 8), "w"));
        var constant = new NodeProto { OpType = "Constant", Name = "c" };
        constant.Output.Add("k");
        constant.Attribute.Add(new AttributeProto { Name = "value", T = OnnxTensors.ToProto(NdArray.Vector<long>(1, 2, 3), "") });
        model.Graph.Node.Add(constant);
        byte[] good = model.ToByteArray();
        string path = Path.Combine(folder, "damaged.onnx");
        var random = new Random(20260101);
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            byte[] bad = (byte[])good.Clone();
            int flips = random.Next(4);
            for (int f = 0; f <= flips; f++) bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            if (random.Next(3) == 0) bad = bad[..random.Next(bad.Length)];
            File.WriteAllBytes(path, bad);
            if (OnnxModel.Load(path, out var errors) == null)
            {
                refused++;
                Assert.NotEmpty(errors);
            }
        }
        Assert.True(refused > 300);
    }

    [Fact]
    public void NumpyFilesComeBackAsTheyWere()
    {
        var arrays = new (string, NdArray)[]
        {
            ("f", NdArray.From<float>([1, 2, 3, 4, 5, 6], 2, 3)),
            ("b", NdArray.Vector<bool>(true, false)),
            ("s", NdArray.Scalar(7L)),
            ("e", NdArray.Create(ElementKind.U8, [0, 4])),
        };
        string path = Path.Combine(folder, "all.npz");
        Npy.WriteArchive(path, arrays);
        var read = Npy.ReadArchive(path);
        Assert.Equal(arrays.Length, read.Count);
        for (int i = 0; i < arrays.Length; i++)
        {
            Assert.Equal(arrays[i].Item1, read[i].Name);
            Assert.True(arrays[i].Item2.ContentEquals(read[i].Array));
        }
        Npy.Write(Path.Combine(folder, "f.npy"), arrays[0].Item2);
        Assert.True(Npy.Read(Path.Combine(folder, "f.npy")).ContentEquals(arrays[0].Item2));
    }

    [Fact]
    public void ColumnMajorNumpyFilesAreTransposed()
    {
        byte[] header = Encoding.ASCII.GetBytes("{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }\n");
        string path = Path.Combine(folder, "fortran.npy");
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0]);
        var read = Npy.Read(path);
        Assert.Equal([2L, 3L], read.Shape.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], read.Read<short>().ToArray().Select(v => (int)v));
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "announced")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "not supported")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "not a plain type")]
    [InlineData("{'fortran_order': False, 'shape': (1,), }", "there is no 'descr'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "not an extent")]
    public void BadNumpyHeadersAreReported(string header, string expected)
    {
        string path = Path.Combine(folder, "bad.npy");
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header)]);
        Assert.Contains(expected, Assert.Throws<OnnxException>(() => Npy.Read(path)).Message);
    }

    [Fact]
    public void PalettePicturesBecomeColours()
    {
        // Two by one pixels of two bits: colours 1 and 0.
        byte[] picture =
        [
            0x89, .. "PNG"u8, 13, 10, 26, 10,
            .. Chunk("IHDR", [0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 0, 0, 0]), .. Chunk("PLTE", [10, 20, 30, 40, 50, 60]),
            .. Chunk("IDAT", [0x78, 0x01, 1, 2, 0, 0xFD, 0xFF, 0, 0x40, 0, 0x42, 0, 0x41]), .. Chunk("IEND", []),
        ];
        var read = Png.Decode(picture, "picture");
        Assert.Equal([1L, 2L, 3L], read.Shape.ToArray());
        Assert.Equal([40, 50, 60, 10, 20, 30], read.Read<byte>().ToArray());
    }

    private static byte[] Chunk(string type, byte[] content) =>
        [0, 0, 0, (byte)content.Length, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0];

    private static ModelProto Small()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "g" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() } };
        type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 2 });
        model.Graph.Input.Add(new ValueInfoProto { Name = "x", Type = type });
        model.Graph.Output.Add(new ValueInfoProto { Name = "y", Type = type });
        Add(model, "relu", ["x"], "y");
        return model;
    }

    private static void Add(ModelProto model, string name, string[] inputs, string output)
    {
        var node = new NodeProto { Name = name, OpType = "Relu" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        model.Graph.Node.Add(node);
    }

    private static ModelProto WithExternal(string location, string offset)
    {
        var model = Small();
        var tensor = new TensorProto { Name = "w", DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
        tensor.Dims.Add(2);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        model.Graph.Initializer.Add(tensor);
        return model;
    }

    private OnnxModel? Load(ModelProto model)
    {
        var loaded = OnnxModel.Load(Save(model), out var errors);
        Assert.True(loaded != null, string.Join('\n', errors));
        return loaded;
    }

    private IReadOnlyList<OnnxError> Errors(ModelProto model)
    {
        Assert.Null(OnnxModel.Load(Save(model), out var errors));
        return errors;
    }

    private string Save(ModelProto model)
    {
        string path = Path.Combine(folder, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
