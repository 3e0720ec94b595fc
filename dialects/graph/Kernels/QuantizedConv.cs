using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>A tensor of stored values with its zero point, which joins sums before they are requantized, shifted left.</summary>
public readonly record struct QuantizedResidual(NdArray Values, long Zero, int Shift);

/// <summary>Convolutions and matrix products of stored integers, then requantized: sums of 8-bit operands wrap in 32 bits, those of wider ones are exact.</summary>
public static unsafe class QuantizedConv
{
    /// <summary>A convolution; the weight's zero points are one, or one for each output channel; padding is the input's zero point.</summary>
    public static NdArray Apply(
        NdArray x, long zeroX, NdArray weight, ReadOnlySpan<long> zeroWeight, NdArray? bias, QuantizedResidual? residual,
        WindowParams window, long groups, Requantization requantization, ElementKind kind)
    {
        var shape = Conv.InferShape(x.Shape, weight.Shape, window, groups);
        Shapes.Require(bias == null || (bias.Kind == ElementKind.I32 && bias.Count == weight.Shape[0]), "the bias does not fit the output channels");
        if (!IsNarrow(x) || !IsNarrow(weight))
        {
            NdArray exact = Conv.Apply(Reals(x, [zeroX]), Reals(weight, zeroWeight), bias == null ? null : Cast.To(bias, ElementKind.F64), window, groups);
            return QuantizedWide.Finish(exact, 1, residual, requantization, kind);
        }
        NdArray sums = QuantizedProduct.IsSupported && weight.Shape[0] / groups >= 4 && x.Rank <= 5
            ? Narrow(x, zeroX, weight, zeroWeight, bias, window, groups, shape)
            : Conv.Apply(StoredIntegers.Centered32(x, [zeroX]), StoredIntegers.Centered32(weight, zeroWeight), bias, window, groups);
        return Finish(sums, shape[1], residual, requantization, kind);
    }

    /// <summary>x (N x K) times the transpose of weight (M x K).</summary>
    public static NdArray Gemm(
        NdArray x, long zeroX, NdArray weight, ReadOnlySpan<long> zeroWeight, NdArray? bias, QuantizedResidual? residual, Requantization requantization, ElementKind kind)
    {
        Shapes.Require(x.Rank == 2 && weight.Rank == 2 && x.Shape[1] == weight.Shape[1], $"a product of {NdArray.Format(x.Shape)} and transposed {NdArray.Format(weight.Shape)}");
        Shapes.Require(bias == null || (bias.Kind == ElementKind.I32 && bias.Count == weight.Shape[0]), "the bias does not fit the rows of the weight");
        if (!IsNarrow(x) || !IsNarrow(weight))
        {
            NdArray exact = MatMul.Apply(Reals(x, [zeroX]), Moves.Transpose(Reals(weight, zeroWeight), [1, 0]));
            if (bias != null) exact = Binary.Apply(BinaryKind.Add, exact, Cast.To(bias, ElementKind.F64));
            return QuantizedWide.Finish(exact, 1, residual, requantization, kind);
        }
        var sums = NdArray.CreateUninitialized(ElementKind.I32, [x.Shape[0], weight.Shape[0]]);
        Product(x, [zeroX], weight, zeroWeight, sums.Write<int>());
        if (bias != null)
        {
            var b = bias.Read<int>();
            var to = sums.Write<int>();
            for (int i = 0; i < to.Length; i += b.Length)
                for (int j = 0; j < b.Length; j++) to[i + j] = unchecked(to[i + j] + b[j]);
        }
        // Channels lie along the last dimension: per-channel parameters go column by column.
        if (requantization.Shift.Length == 1 && requantization.Multiplier is not { Length: > 1 }) return Finish(sums, 1, residual, requantization, kind);
        if (residual is { } r) Add(sums.Write<int>(), r, 0);
        var y = NdArray.CreateUninitialized(kind, sums.Shape);
        var all = sums.Write<int>();
        int columns = (int)weight.Shape[0];
        for (int i = 0; i < all.Length; i++) requantization.Apply(all.Slice(i, 1), i % columns);
        StoredIntegers.Store(all, y, 0);
        return y;
    }

    /// <summary>The product of the last two dimensions of two activations, the others broadcast.</summary>
    public static NdArray MatMulOf(NdArray a, long zeroA, NdArray b, long zeroB, Requantization requantization, ElementKind kind)
    {
        Shapes.Require(a.Rank >= 2 && b.Rank >= 2, "a quantized product takes matrices");
        if (!IsNarrow(a) || !IsNarrow(b)) return QuantizedWide.Finish(MatMul.Apply(Reals(a, [zeroA]), Reals(b, [zeroB])), 0, null, requantization, kind);
        return Finish(MatMul.Apply(StoredIntegers.Centered32(a, [zeroA]), StoredIntegers.Centered32(b, [zeroB])), 1, null, requantization, kind);
    }

    /// <summary>Adds the residual and requantizes; channels are dimension 1 of a tensor with images, or one in all.</summary>
    private static NdArray Finish(NdArray sums, long channels, QuantizedResidual? residual, Requantization requantization, ElementKind kind)
    {
        var y = NdArray.CreateUninitialized(kind, sums.Shape);
        var all = sums.Write<int>();
        Shapes.Require(residual is not { } given || given.Values.Count == sums.Count, "the residual does not fit the result");
        int run = all.Length == 0 ? 0 : (int)(channels == 1 ? all.Length : Shapes.Product(sums.Shape[2..]));
        for (int at = 0, c = 0; at < all.Length; at += run, c = c + 1 == channels ? 0 : c + 1)
        {
            var part = all.Slice(at, run);
            if (residual is { } r) Add(part, r, at);
            requantization.Apply(part, c);
            StoredIntegers.Store(part, y, at);
        }
        sums.Release();
        return y;
    }

    private static void Add(Span<int> sums, QuantizedResidual residual, long start)
    {
        Span<int> block = stackalloc int[256];
        for (int i = 0; i < sums.Length; i += block.Length)
        {
            var part = block[..Math.Min(block.Length, sums.Length - i)];
            StoredIntegers.Load(residual.Values, start + i, part, residual.Zero);
            for (int j = 0; j < part.Length; j++) sums[i + j] = unchecked(sums[i + j] + (part[j] << residual.Shift));
        }
    }

    private static bool IsNarrow(NdArray x) => x.Kind is ElementKind.I8 or ElementKind.U8;

    private static void Product(NdArray x, ReadOnlySpan<long> zeroX, NdArray weight, ReadOnlySpan<long> zeroWeight, Span<int> to)
    {
        nint rows = (nint)x.Shape[0], columns = (nint)weight.Shape[0], depth = (nint)x.Shape[1];
        var a = StoredIntegers.Centered16(x, zeroX);
        var b = StoredIntegers.Centered16(weight, zeroWeight);
        for (nint i = 0; i < rows; i++)
            for (nint j = 0; j < columns; j++)
                to[(int)(i * columns + j)] = QuantizedProduct.Dot((short*)a.Data + i * depth, (short*)b.Data + j * depth, depth);
        GC.KeepAlive(a);
        b.Release();
    }

    // Sums of products of 16-bit integers are exact in f64: 2^31 of them stay below 2^63, and networks have far fewer than 2^21.
    private static NdArray Reals(NdArray x, ReadOnlySpan<long> zeros) => Cast.To(StoredIntegers.Centered32(x, zeros), ElementKind.F64);

    private static NdArray Narrow(
        NdArray x, long zeroX, NdArray weight, ReadOnlySpan<long> zeroWeight, NdArray? bias, WindowParams window, long groups, long[] shape)
    {
        var sums = NdArray.CreateUninitialized(ElementKind.I32, shape);
        if (sums.Count == 0) return sums;
        var geometry = WindowGeometry.Resolve(x.Shape[2..], weight.Shape[2..], window);
        var input = StoredIntegers.Centered16(x, [zeroX]);
        var filter = StoredIntegers.Centered16(weight, zeroWeight);
        nint channels = (nint)weight.Shape[1], filters = (nint)(weight.Shape[0] / groups), pixels = (nint)Shapes.Product(geometry.Output);
        nint plane = (nint)Shapes.Product(geometry.Input), depth = channels * (nint)Shapes.Product(geometry.Kernel);
        var image = new PaddedImage<short>(geometry, (nint)x.Shape[1]);
        var offsets = image.TapOffsets(geometry, channels);
        int* output = (int*)sums.Data, start = bias == null ? null : (int*)bias.Data;
        fixed (nint* offset = offsets)
        {
            for (long n = 0; n < x.Shape[0]; n++)
            {
                image.Fill((short*)input.Data + n * x.Shape[1] * plane);
                for (nint g = 0; g < (nint)groups; g++, output += filters * pixels)
                {
                    var source = new WindowSource(image.Data + g * channels * image.Plane, offset, image, (nint)geometry.Strides[^1]);
                    QuantizedProduct.Run(
                        filters, pixels, depth, (short*)filter.Data + g * filters * depth, source, output, start == null ? null : start + g * filters);
                }
            }
        }
        image.Release();
        input.Release();
        filter.Release();
        GC.KeepAlive(bias);
        return sums;
    }
}
