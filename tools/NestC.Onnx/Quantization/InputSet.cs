using System.Globalization;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>Inputs of a function: from files, folders of files, or a seed; with labels where they have some.</summary>
public sealed class InputSet
{
    private readonly List<NdArray[]> inputs = [];
    private readonly List<long> labels = [];

    public IReadOnlyList<NdArray[]> Inputs => inputs;

    /// <summary>The label of each input; empty when there are none.</summary>
    public IReadOnlyList<long> Labels => labels;

    /// <summary>Adds the inputs of a source: a file (.npy, .npz, .pb, .png), a folder of such, or `random:COUNT[:SEED]` (waves and noise) `tiles:COUNT[:SEED]` (tiles that repeat) or `tiles:@FILE` (those of the seeds in a file).</summary>
    /// <exception cref="EvaluationException">The source cannot be read, or does not fit the function's arguments.</exception>
    public void Add(string source, FuncOp function, Preprocessing preprocessing)
    {
        if (source.StartsWith("tiles:@", StringComparison.Ordinal))
        {
            foreach (ulong seed in Seeds(source["tiles:@".Length..])) AddSeeded(SeededInputs.Tiles(function, seed), preprocessing);
            return;
        }
        bool tiles = source == "tiles" || source.StartsWith("tiles:", StringComparison.Ordinal);
        if (tiles || source == "random" || source.StartsWith("random:", StringComparison.Ordinal))
        {
            string[] parts = source.Split(':');
            long count = parts.Length > 1 ? Number(parts[1], source) : 1, seed = parts.Length > 2 ? Number(parts[2], source) : 0;
            for (long i = 0; i < count; i++)
                AddSeeded(tiles ? SeededInputs.Tiles(function, (ulong)(seed + i)) : SeededInputs.Of(function, (ulong)(seed + i)), preprocessing);
            return;
        }
        if (Directory.Exists(source))
        {
            string[] files = Directory.GetFiles(source);
            Array.Sort(files, StringComparer.Ordinal);
            int before = inputs.Count;
            foreach (string file in files)
                if (Extension(file) is ".npy" or ".npz" or ".pb" or ".png") AddFile(file, function, preprocessing);
            if (inputs.Count == before) throw new EvaluationException($"'{source}' has no .npy, .npz, .pb or .png files");
            return;
        }
        if (!File.Exists(source)) throw new EvaluationException($"'{source}' is no file or folder");
        AddFile(source, function, preprocessing);
    }

    private void AddSeeded(NdArray[] arguments, Preprocessing preprocessing)
    {
        // Stored integers use the whole range of their type; there is nothing to prepare.
        for (int k = 0; k < arguments.Length; k++)
            if (arguments[k].Kind == ElementKind.F32) arguments[k] = preprocessing.Apply(arguments[k]);
        inputs.Add(arguments);
    }

    // One a line, the first word of it; lines with # are remarks.
    private static List<ulong> Seeds(string path)
    {
        List<ulong> seeds = [];
        foreach (string line in File.ReadAllLines(path))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string word = line.Split(' ')[0];
            if (!ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)) throw new EvaluationException($"'{word}' in '{path}' is no seed");
            seeds.Add(seed);
        }
        return seeds.Count > 0 ? seeds : throw new EvaluationException($"'{path}' has no seeds");
    }

    private static long Number(string text, string source) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : throw new EvaluationException($"'{source}' is not random:COUNT:SEED or tiles:COUNT:SEED");

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    private void AddFile(string path, FuncOp function, Preprocessing preprocessing)
    {
        if (function.FunctionType.Inputs.Length != 1 && Extension(path) != ".npz")
            throw new EvaluationException($"the function has {function.FunctionType.Inputs.Length} arguments: only .npz files hold an array for each");
        switch (Extension(path))
        {
            case ".npy": Split(path, Npy.Read(path), function, preprocessing); break;
            case ".png": Split(path, Planes(Png.Read(path)), function, preprocessing); break;
            case ".npz":
                List<NdArray> arguments = [];
                foreach (var (name, array) in Npy.ReadArchive(path))
                {
                    if (name is "labels" or "label" or "y")
                        for (long i = 0; i < array.Count; i++) labels.Add(array.GetInt64(i));
                    else arguments.Add(array);
                }
                if (function.FunctionType.Inputs.Length == 1)
                    foreach (NdArray array in arguments) Split(path, array, function, preprocessing);
                else inputs.Add([.. arguments]);
                break;
            default: Split(path, OnnxModel.ReadTensor(path), function, preprocessing); break;
        }
    }

    // H x W x C bytes to 1 x C x H x W.
    private static NdArray Planes(NdArray picture) => Moves.Transpose(picture, [2, 0, 1]).Reshape([1, picture.Shape[2], picture.Shape[0], picture.Shape[1]]);

    // An array of several inputs is cut along its first dimension.
    private void Split(string path, NdArray array, FuncOp function, Preprocessing preprocessing)
    {
        if (function.FunctionType.Inputs[0] is not RankedTensorType type) throw new EvaluationException("the function's argument has no rank");
        var shape = type.Shape.ToArray();
        if (array.Rank == shape.Length - 1) array = array.Reshape([1, .. array.Shape]);
        if (array.Rank != shape.Length) throw new EvaluationException($"'{path}' has an array of {NdArray.Format(array.Shape)}, the function takes '{type}'");
        for (int i = 0; i < shape.Length; i++)
        {
            if (ShapedType.IsDynamic(shape[i])) shape[i] = i == 0 ? 1 : array.Shape[i];
            bool fits = i == 0 ? shape[0] > 0 && array.Shape[0] % shape[0] == 0 : array.Shape[i] == shape[i];
            if (!fits) throw new EvaluationException($"'{path}' has an array of {NdArray.Format(array.Shape)}, the function takes '{type}'");
        }
        NdArray ready = preprocessing.Apply(array);
        ElementKind kind = GraphTypes.KindOf(type);
        long size = NdArray.CountOf(shape);
        for (long at = 0; at < ready.Count; at += size)
        {
            NdArray one = NdArray.CreateUninitialized(ready.Kind, shape);
            ready.CopyTo(at, one, 0, size);
            inputs.Add([Cast.To(one, kind)]);
        }
    }
}
