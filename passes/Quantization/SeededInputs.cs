using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Arguments of a function from a seed (SplitMix64): smooth patterns with noise, so that networks do not answer alike to all of them.</summary>
public static class SeededInputs
{
    /// <summary>One array for each argument. Floats lie in -1..1; integers use the range of their type.</summary>
    /// <exception cref="EvaluationException">An argument has no static shape, or no numbers.</exception>
    public static NdArray[] Of(FuncOp function, ulong seed) => Of(function, seed, Pattern);

    /// <summary>One array for each argument, of tiles of 2 to 32 elements a side that repeat over the last two dimensions; floats lie in -1..1. Networks that answer one class
    /// to whatever is smooth or noisy, because their means outweigh all else, tell such apart.</summary>
    /// <exception cref="EvaluationException">An argument has no static shape, or no numbers.</exception>
    public static NdArray[] Tiles(FuncOp function, ulong seed) => Of(function, seed, Tile);

    private delegate NdArray Maker(ReadOnlySpan<long> shape, ulong seed);

    private static NdArray[] Of(FuncOp function, ulong seed, Maker make)
    {
        var types = function.FunctionType.Inputs;
        var arrays = new NdArray[types.Length];
        for (int i = 0; i < arrays.Length; i++)
        {
            if (types[i] is not RankedTensorType { HasStaticShape: true } type) throw new EvaluationException($"argument {i} has no static shape for seeded inputs");
            NdArray real = make(type.Shape, seed * 1000003 + (ulong)i);
            arrays[i] = QuantizedTypes.Of(type) is { } q ? Stored(real, q)
                : GraphTypes.KindOf(type) is var kind && kind.IsInteger() && kind.Bits() == 8 ? Spread(real, kind) : Cast.To(real, kind);
        }
        return arrays;
    }

    // A few waves over the last two dimensions, their own for each plane, and noise.
    private static NdArray Pattern(ReadOnlySpan<long> shape, ulong seed)
    {
        NdArray y = NdArray.CreateUninitialized(ElementKind.F32, shape);
        var to = y.Write<float>();
        int width = shape.Length > 0 ? (int)shape[^1] : 1, height = shape.Length > 1 ? (int)shape[^2] : 1;
        double contrast = 0.2 + 0.8 * Next(ref seed), level = 0.6 * (Next(ref seed) - 0.5);
        double fx = 1, fy = 1, phase = 0, noise = 0.3 * Next(ref seed);
        for (int i = 0; i < to.Length; i++)
        {
            if (i % Math.Max(width * height, 1) == 0)
            {
                (fx, fy, phase) = (8 * Next(ref seed) - 4, 8 * Next(ref seed) - 4, 2 * Math.PI * Next(ref seed));
                level += 0.4 * (Next(ref seed) - 0.5);
            }
            double u = (double)(i % width) / width, v = (double)(i / width % height) / height;
            double wave = Math.Sin(2 * Math.PI * (fx * u + fy * v) + phase);
            to[i] = (float)Math.Clamp(level + contrast * wave + noise * (2 * Next(ref seed) - 1), -1, 1);
        }
        return y;
    }

    // A tile for each plane, the same for all planes, or one plane's alone; its elements are two values, any, or mostly zeros.
    private static NdArray Tile(ReadOnlySpan<long> shape, ulong seed)
    {
        NdArray y = NdArray.CreateUninitialized(ElementKind.F32, shape);
        var to = y.Write<float>();
        int width = shape.Length > 0 ? (int)shape[^1] : 1, height = shape.Length > 1 ? (int)shape[^2] : 1, plane = Math.Max(width * height, 1);
        int planes = to.Length / plane, side = 2 << (int)(5 * Next(ref seed)), lone = (int)(Next(ref seed) * planes);
        double coloured = Next(ref seed), kind = Next(ref seed), share = Next(ref seed);
        var tile = new float[side * side];
        for (int p = 0; p < planes; p++)
        {
            if (p == 0 || coloured >= 0.25)
            {
                for (int i = 0; i < tile.Length; i++)
                {
                    double u = Next(ref seed), v = 2 * Next(ref seed) - 1;
                    tile[i] = (float)(kind < 0.34 ? u < share ? 1 : -1 : kind < 0.67 || u < 0.3 * share ? v : 0);
                }
            }
            bool empty = coloured >= 0.75 && p != lone;
            for (int i = 0; i < plane; i++) to[p * plane + i] = empty ? 0 : tile[i / width % side * side + i % width % side];
        }
        return y;
    }

    private static NdArray Stored(NdArray real, UniformQuantizedType type)
    {
        // The whole range of the type, whatever its scale.
        double low = (type.Storage.Min - type.ZeroPoints[0]) * type.Scales[0], high = (type.Storage.Max - type.ZeroPoints[0]) * type.Scales[0];
        NdArray wide = real.Clone();
        foreach (ref float v in wide.Write<float>()) v = (float)(low + (v + 1) / 2 * (high - low));
        return QuantizedElementwise.FromFloat(wide, type.Scales, type.ZeroPoints, 0, type.Storage.Min, type.Storage.Max, QuantizedTypes.KindOf(type.Storage));
    }

    private static NdArray Spread(NdArray real, ElementKind kind)
    {
        NdArray wide = real.Clone();
        foreach (ref float v in wide.Write<float>()) v = MathF.Round(kind.MinValue() + (v + 1) / 2 * 255);
        return Cast.To(wide, kind);
    }

    private static double Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1L << 53));
    }
}
