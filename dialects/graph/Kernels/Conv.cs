using System.Numerics;
using System.Runtime.CompilerServices;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Convolutions over N, C and one to three spatial dimensions, as one matrix product whose right operand is packed from the padded input on
/// the fly; groups with few output channels (depthwise) go directly.</summary>
public static unsafe class Conv
{
    /// <summary>N, M and the number of windows. The weight is M x C/groups x kernel.</summary>
    public static long[] InferShape(ReadOnlySpan<long> input, ReadOnlySpan<long> weight, WindowParams window, long groups)
    {
        Shapes.Require(input.Length >= 3 && weight.Length == input.Length, $"a convolution of {NdArray.Format(input)} with {NdArray.Format(weight)}: the ranks do not fit");
        Shapes.Require(groups > 0 && weight[0] % groups == 0, $"{weight[0]} output channels cannot be parted into {groups} groups");
        Shapes.Require(
            input[1] == Shapes.Unknown || input[1] == weight[1] * groups,
            $"the input has {input[1]} channels, the weight {weight[1]} in each of {groups} groups");
        var geometry = WindowGeometry.Resolve(input[2..], weight[2..], window);
        return [input[0], weight[0], .. geometry.Output];
    }

    /// <summary>ONNX Conv; the bias, one a channel of the result, may be missing. f16 and bf16 are computed in f32 and rounded once.</summary>
    public static NdArray Apply(NdArray x, NdArray weight, NdArray? bias, WindowParams window, long groups)
    {
        if (x.Kind != weight.Kind || (bias != null && bias.Kind != x.Kind)) throw new EvaluationException("the operands of a convolution must have one kind");
        switch (x.Kind)
        {
            case ElementKind.F32: return Run<float, Tiles.Single>(x, weight, bias, window, groups);
            case ElementKind.F64: return Run<double, Tiles.Double>(x, weight, bias, window, groups);
            case ElementKind.I32: return Run<int, Tiles.Integer<int>>(x, weight, bias, window, groups);
            case ElementKind.F16 or ElementKind.BF16:
                return Cast.To(
                    Apply(Cast.To(x, ElementKind.F32), Cast.To(weight, ElementKind.F32), bias == null ? null : Cast.To(bias, ElementKind.F32), window, groups), x.Kind);
            default: throw new EvaluationException($"a convolution is not defined on {x.Kind.Name()}");
        }
    }

    /// <summary>ONNX ConvInteger: the exact i32 convolution of 8-bit operands less their zero points; padding is the zero point, hence 0.</summary>
    public static NdArray Integer(NdArray x, NdArray weight, NdArray? zeroX, NdArray? zeroWeight, WindowParams window, long groups) =>
        Run<int, Tiles.Integer<int>>(Quantize.Centered(x, zeroX, 1), Quantize.Centered(weight, zeroWeight, 0), null, window, groups);

    /// <summary>ONNX QLinearConv: the i32 convolution (with an i32 bias of scale scaleX scaleWeight), requantized by scaleX scaleWeight / scaleY.</summary>
    public static NdArray QLinear(
        NdArray x, NdArray scaleX, NdArray zeroX, NdArray weight, NdArray scaleWeight, NdArray zeroWeight,
        NdArray scaleY, NdArray zeroY, NdArray? bias, WindowParams window, long groups)
    {
        var sum = Run<int, Tiles.Integer<int>>(Quantize.Centered(x, zeroX, 1), Quantize.Centered(weight, zeroWeight, 0), bias, window, groups);
        var scales = scaleWeight.ToDoubles();
        for (int i = 0; i < scales.Length; i++) scales[i] = scaleX.GetDouble(0) * scales[i] / scaleY.GetDouble(0);
        return Quantize.Requantize(sum, scales, zeroY, zeroY.Kind, axis: 1);
    }

    /// <summary>The extents of ONNX ConvTranspose's result. The weight is C x M/groups x kernel; an output shape (spatial extents) replaces the pads.</summary>
    public static long[] InferTransposedShape(
        ReadOnlySpan<long> input, ReadOnlySpan<long> weight, WindowParams window, long groups, ReadOnlySpan<long> outputPadding, ReadOnlySpan<long> outputShape) =>
        ResolveTransposed(input, weight, window, groups, outputPadding, outputShape).Shape;

    /// <summary>ONNX ConvTranspose: the gradient of a convolution with respect to its input.</summary>
    public static NdArray Transposed(
        NdArray x, NdArray weight, NdArray? bias, WindowParams window, long groups, ReadOnlySpan<long> outputPadding, ReadOnlySpan<long> outputShape)
    {
        if (x.Kind.IsNarrowFloat())
        {
            return Cast.To(
                Transposed(
                    Cast.To(x, ElementKind.F32), Cast.To(weight, ElementKind.F32), bias == null ? null : Cast.To(bias, ElementKind.F32), window, groups, outputPadding,
                    outputShape),
                x.Kind);
        }
        var (shape, padStart) = ResolveTransposed(x.Shape, weight.Shape, window, groups, outputPadding, outputShape);
        return x.Kind switch
        {
            ElementKind.F32 => RunTransposed<float, Tiles.Single>(x, weight, bias, window, (nint)groups, shape, padStart),
            ElementKind.F64 => RunTransposed<double, Tiles.Double>(x, weight, bias, window, (nint)groups, shape, padStart),
            _ => throw new EvaluationException($"a transposed convolution is not defined on {x.Kind.Name()}"),
        };
    }

    private static NdArray Run<T, TMac>(NdArray x, NdArray weight, NdArray? bias, WindowParams window, long groups)
        where T : unmanaged, INumber<T> where TMac : struct, IMultiplyAdd<T>
    {
        var y = NdArray.CreateUninitialized(x.Kind, InferShape(x.Shape, weight.Shape, window, groups));
        Shapes.Require(bias == null || bias.Count == weight.Shape[0], "the bias does not fit the output channels");
        if (y.Count == 0) return y;
        var geometry = WindowGeometry.Resolve(x.Shape[2..], weight.Shape[2..], window);
        Shapes.Require(geometry.Input.Length <= 3, "convolutions have one to three spatial dimensions");
        nint channels = (nint)weight.Shape[1], filters = (nint)(weight.Shape[0] / groups), pixels = (nint)Shapes.Product(geometry.Output);
        nint plane = (nint)Shapes.Product(geometry.Input);
        nint taps = (nint)Shapes.Product(geometry.Kernel), depth = channels * taps;
        T* input = (T*)x.Data, filter = (T*)weight.Data, output = (T*)y.Data, start = bias == null ? null : (T*)bias.Data;

        if (IsMatrix(geometry))
        {
            for (nint ng = 0, count = (nint)(x.Shape[0] * groups); ng < count; ng++, input += channels * plane, output += filters * pixels)
            {
                nint g = ng % (nint)groups;
                var source = new MatrixSource<T>(input, plane, 1);
                BlockedProduct.Run<T, TMac, MatrixSource<T>>(
                    filters, pixels, depth, filter + g * filters * depth, depth, 1, ref source, output, pixels, start == null ? null : start + g * filters, false);
            }
        }
        else
        {
            var image = new PaddedImage<T>(geometry, (nint)x.Shape[1]);
            var offsets = image.TapOffsets(geometry, channels);
            fixed (nint* offset = offsets)
            {
                for (long n = 0; n < x.Shape[0]; n++, input += x.Shape[1] * plane)
                {
                    image.Fill(input);
                    for (nint g = 0; g < (nint)groups; g++, output += filters * pixels)
                    {
                        T* group = image.Data + g * channels * image.Plane;
                        T* from = start == null ? null : start + g * filters;
                        T* w = filter + g * filters * depth;
                        if (filters < 4) Direct(image, group, offset, depth, w, filters, geometry, output, from);
                        else
                        {
                            var source = new ImageSource<T>(group, offset, image, geometry);
                            BlockedProduct.Run<T, TMac, ImageSource<T>>(filters, pixels, depth, w, depth, 1, ref source, output, pixels, from, false);
                        }
                    }
                }
            }
            image.Release();
        }
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        return y;
    }

    // With windows of one element that touch every input, the input already is the right operand.
    private static bool IsMatrix(WindowGeometry g)
    {
        for (int i = 0; i < g.Kernel.Length; i++)
            if (g.Kernel[i] != 1 || g.Strides[i] != 1 || g.PadStart[i] != 0 || g.PadEnd[i] != 0) return false;
        return true;
    }

    // Each output row of each filter by itself: the tile of a matrix product would be almost empty.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Direct<T>(
        PaddedImage<T> image, T* group, nint* offset, nint depth, T* filter, nint filters, WindowGeometry g, T* output, T* bias)
        where T : unmanaged, INumber<T>
    {
        nint width = (nint)g.Output[^1], step = (nint)g.Strides[^1], lanes = Vector<T>.Count;
        nint rows = (nint)Shapes.Product(g.Output) / width;
        T* tail = stackalloc T[2 * Vector<T>.Count];
        for (nint f = 0; f < filters; f++, filter += depth)
        {
            T initial = bias == null ? T.Zero : bias[f];
            for (nint row = 0; row < rows; row++, output += width)
            {
                T* from = group + image.RowOffset(row);
                if (step == 1)
                {
                    for (nint i = 0; i < width; i += 2 * lanes)
                    {
                        var s0 = new Vector<T>(initial);
                        var s1 = s0;
                        for (nint k = 0; k < depth; k++)
                        {
                            var w = new Vector<T>(filter[k]);
                            T* at = from + offset[k] + i;
                            s0 += w * Vector.Load(at);
                            s1 += w * Vector.Load(at + lanes);
                        }
                        if (i + 2 * lanes <= width)
                        {
                            s0.Store(output + i);
                            s1.Store(output + i + lanes);
                        }
                        else
                        {
                            s0.Store(tail);
                            s1.Store(tail + lanes);
                            for (nint j = i; j < width; j++) output[j] = tail[j - i];
                        }
                    }
                }
                else
                {
                    for (nint i = 0; i < width; i++)
                    {
                        T sum = initial;
                        T* at = from + i * step;
                        for (nint k = 0; k < depth; k++) sum += filter[k] * at[offset[k]];
                        output[i] = sum;
                    }
                }
            }
        }
    }

    private static (long[] Shape, long[] PadStart) ResolveTransposed(
        ReadOnlySpan<long> input, ReadOnlySpan<long> weight, WindowParams window, long groups, ReadOnlySpan<long> outputPadding, ReadOnlySpan<long> outputShape)
    {
        int rank = input.Length - 2;
        Shapes.Require(rank >= 1 && weight.Length == input.Length, $"a transposed convolution of {NdArray.Format(input)} with {NdArray.Format(weight)}: the ranks do not fit");
        Shapes.Require(groups > 0 && input[1] == weight[0] && weight[0] % groups == 0, $"{input[1]} channels do not fit the weight {NdArray.Format(weight)} in {groups} groups");
        Shapes.Require(
            (window.Strides.Length == 0 || window.Strides.Length == rank) && (window.Dilations.Length == 0 || window.Dilations.Length == rank)
            && (window.Pads.Length == 0 || window.Pads.Length == 2 * rank) && (outputPadding.Length == 0 || outputPadding.Length == rank),
            "strides, dilations or pads do not fit the kernel");
        // An output shape may be given with or without N and C.
        if (outputShape.Length == rank + 2) outputShape = outputShape[2..];
        Shapes.Require(outputShape.Length == 0 || outputShape.Length == rank, "the output shape does not fit the spatial dimensions");
        var shape = new long[rank + 2];
        (shape[0], shape[1]) = (input[0], weight[1] * groups);
        var padStart = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            long stride = window.Strides.Length > 0 ? window.Strides[i] : 1, dilation = window.Dilations.Length > 0 ? window.Dilations[i] : 1;
            Shapes.Require(stride > 0 && dilation > 0 && weight[i + 2] > 0, "kernel, strides and dilations must be positive");
            long extra = outputPadding.Length > 0 ? outputPadding[i] : 0;
            long full = checked((input[i + 2] - 1) * stride + extra + (weight[i + 2] - 1) * dilation + 1);
            bool same = window.AutoPad is AutoPad.SameUpper or AutoPad.SameLower;
            if (outputShape.Length > 0 || same)
            {
                shape[i + 2] = outputShape.Length > 0 ? outputShape[i] : input[i + 2] * stride;
                long pad = Math.Max(full - shape[i + 2], 0);
                padStart[i] = window.AutoPad == AutoPad.SameUpper ? pad / 2 : pad - pad / 2;
            }
            else
            {
                long before = 0, after = 0;
                if (window.AutoPad == AutoPad.NotSet && window.Pads.Length > 0) (before, after) = (window.Pads[i], window.Pads[i + rank]);
                shape[i + 2] = full - before - after;
                padStart[i] = before;
            }
            Shapes.Require(shape[i + 2] >= 0, "the pads of a transposed convolution exceed its result");
        }
        return (shape, padStart);
    }

    private static NdArray RunTransposed<T, TMac>(NdArray x, NdArray weight, NdArray? bias, WindowParams window, nint groups, long[] shape, long[] padStart)
        where T : unmanaged, INumber<T> where TMac : struct, IMultiplyAdd<T>
    {
        Shapes.Require(weight.Kind == x.Kind, "the operands of a convolution must have one kind");
        var y = NdArray.Create(x.Kind, shape);
        int rank = padStart.Length;
        nint channels = (nint)(x.Shape[1] / groups), filters = (nint)weight.Shape[1];
        nint pixels = (nint)Shapes.Product(x.Shape[2..]), taps = (nint)Shapes.Product(weight.Shape[2..]), plane = (nint)Shapes.Product(shape.AsSpan(2));
        var columns = NdArray.CreateUninitialized(x.Kind, [filters * taps, pixels]);
        T* input = (T*)x.Data, output = (T*)y.Data;
        var tap = new long[rank];
        var position = new long[rank];
        var outStrides = Shapes.Strides(shape.AsSpan(2));
        for (long n = 0; n < x.Shape[0]; n++)
        {
            for (nint g = 0; g < groups; g++, input += channels * pixels, output += filters * plane)
            {
                // columns = weight' input: element (filter and tap, pixel) is what the pixel adds at that tap.
                var source = new MatrixSource<T>(input, pixels, 1);
                BlockedProduct.Run<T, TMac, MatrixSource<T>>(
                    filters * taps, pixels, channels, (T*)weight.Data + g * channels * filters * taps, 1, filters * taps, ref source, (T*)columns.Data, pixels, null, false);
                T* from = (T*)columns.Data;
                for (nint f = 0; f < filters; f++)
                {
                    T* target = output + f * plane;
                    Array.Clear(tap);
                    for (nint t = 0; t < taps; t++, Shapes.Next(tap, weight.Shape[2..]))
                    {
                        Array.Clear(position);
                        for (nint p = 0; p < pixels; p++, Shapes.Next(position, x.Shape[2..]))
                        {
                            T value = *from++;
                            long at = 0;
                            bool inside = true;
                            for (int d = 0; d < rank; d++)
                            {
                                long stride = window.Strides.Length > 0 ? window.Strides[d] : 1, dilation = window.Dilations.Length > 0 ? window.Dilations[d] : 1;
                                long where = position[d] * stride + tap[d] * dilation - padStart[d];
                                inside &= (ulong)where < (ulong)shape[d + 2];
                                at += where * outStrides[d];
                            }
                            if (inside) target[at] += value;
                        }
                    }
                }
            }
        }
        if (bias != null)
        {
            var b = bias.Read<T>();
            Shapes.Require(b.Length == shape[1], "the bias does not fit the output channels");
            var to = y.Write<T>();
            for (int i = 0; i < to.Length; i++) to[i] += b[(int)(i / plane % b.Length)];
        }
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
        columns.Release();
        return y;
    }
}

/// <summary>All channels of one input, zero-padded, with slack after the end so that vectors may read beyond it.</summary>
internal sealed unsafe class PaddedImage<T> where T : unmanaged
{
    private readonly long[] input = [1, 1, 1], before = [0, 0, 0], padded = [1, 1, 1], strides = [1, 1, 1], output = [1, 1, 1];
    private readonly nint channels;
    private readonly NdArray buffer;

    public PaddedImage(WindowGeometry g, nint channels)
    {
        this.channels = channels;
        int skip = 3 - g.Input.Length;
        for (int i = 0; i < g.Input.Length; i++)
        {
            (input[i + skip], before[i + skip], strides[i + skip], output[i + skip]) = (g.Input[i], g.PadStart[i], g.Strides[i], g.Output[i]);
            // The windows may end before the padding does, but never beyond it.
            padded[i + skip] = g.Input[i] + g.PadStart[i] + g.PadEnd[i];
        }
        Plane = (nint)(padded[0] * padded[1] * padded[2]);
        long bytes = NdArray.CountOf([channels, Plane, sizeof(T)]);
        buffer = NdArray.CreateUninitialized(ElementKind.U8, [bytes + BlockedProduct.Slack * sizeof(T)]);
        new Span<byte>((byte*)Data + bytes, BlockedProduct.Slack * sizeof(T)).Clear();
    }

    public T* Data => (T*)buffer.Data;

    /// <summary>Elements of a padded channel.</summary>
    public nint Plane { get; }

    public long OutputWidth => output[2];

    /// <summary>Gives the memory back; the image must not be used afterwards.</summary>
    public void Release() => buffer.Release();

    public void Fill(T* from)
    {
        T* to = Data;
        for (nint c = 0; c < channels; c++)
        {
            for (long d = 0; d < padded[0]; d++)
            {
                for (long h = 0; h < padded[1]; h++, to += padded[2])
                {
                    var row = new Span<T>(to, (int)padded[2]);
                    if ((ulong)(d - before[0]) >= (ulong)input[0] || (ulong)(h - before[1]) >= (ulong)input[1])
                    {
                        row.Clear();
                        continue;
                    }
                    row[..(int)before[2]].Clear();
                    new Span<T>(from, (int)input[2]).CopyTo(row[(int)before[2]..]);
                    row[(int)(before[2] + input[2])..].Clear();
                    from += input[2];
                }
            }
        }
    }

    /// <summary>Where the window that starts at the origin finds each element of a filter.</summary>
    public nint[] TapOffsets(WindowGeometry g, nint perGroup)
    {
        int rank = g.Kernel.Length, skip = 3 - rank;
        nint taps = (nint)Shapes.Product(g.Kernel);
        var offsets = new nint[perGroup * taps];
        var tap = new long[rank];
        for (nint t = 0; t < taps; t++, Shapes.Next(tap, g.Kernel))
        {
            long at = 0;
            for (int i = 0; i < rank; i++) at = at * padded[i + skip] + tap[i] * g.Dilations[i];
            for (nint c = 0; c < perGroup; c++) offsets[c * taps + t] = c * Plane + (nint)at;
        }
        return offsets;
    }

    /// <summary>
    /// The windows n0 to n0 + columns fall into runs along output rows: where each starts, and how many windows it has. Returns their number, at most that of the columns.
    /// </summary>
    /// <param name="step">Elements between neighbouring windows of a row.</param>
    public unsafe int Runs(nint n0, int columns, nint step, nint* start, int* length)
    {
        nint width = (nint)OutputWidth;
        int runs = 0;
        for (nint n = n0, end = n0 + columns; n < end;)
        {
            nint row = n / width, x = n - row * width, count = Math.Min(end - n, width - x);
            start[runs] = RowOffset(row) + x * step;
            length[runs++] = (int)count;
            n += count;
        }
        return runs;
    }

    /// <summary>Where the first window of an output row starts.</summary>
    public nint RowOffset(nint row)
    {
        long d = row / (nint)output[1], h = row % (nint)output[1];
        return (nint)((d * strides[0] * padded[1] + h * strides[1]) * padded[2]);
    }
}

/// <summary>The right operand of a convolution: row k is the k-th element of every window.</summary>
internal readonly unsafe struct ImageSource<T>(T* group, nint* offset, PaddedImage<T> image, WindowGeometry g) : IPanelSource<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(T* target, nint k0, nint depth, nint n0, int columns, int panel)
    {
        nint step = (nint)g.Strides[^1];
        nint* runStart = stackalloc nint[64];
        int* runLength = stackalloc int[64];
        int runs = image.Runs(n0, columns, step, runStart, runLength);
        int lanes = Vector<T>.Count;
        for (nint k = k0; k < k0 + depth; k++, target += panel)
        {
            T* at = group + offset[k];
            T* to = target;
            for (int r = 0; r < runs; r++)
            {
                T* from = at + runStart[r];
                int length = runLength[r];
                if (step == 1)
                {
                    // Whole vectors: what is written too much is overwritten by the next run or the next row.
                    for (int i = 0; i < length; i += lanes) Vector.Load(from + i).Store(to + i);
                }
                else
                {
                    for (int i = 0; i < length; i++, from += step) to[i] = *from;
                }
                to += length;
            }
            for (T* end = target + panel; to < end; to++) *to = default;
        }
    }
}
