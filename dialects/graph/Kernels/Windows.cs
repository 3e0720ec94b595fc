using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>How a window is padded: by the given pads, or so that the result has the input's extent divided by the stride, rounded up, the odd
/// element of padding at the end or at the start; or not at all.</summary>
public enum AutoPad { NotSet, SameUpper, SameLower, Valid }

/// <summary>The sliding window of convolutions and pools. Empty lists mean 1 (strides, dilations) and 0 (pads); pads are all starts, then all ends.</summary>
public sealed record WindowParams
{
    public long[] Strides { get; init; } = [];

    public long[] Dilations { get; init; } = [];

    public long[] Pads { get; init; } = [];

    public AutoPad AutoPad { get; init; }

    /// <summary>Whether a last window that starts inside the input or its start padding, but ends beyond the end padding, counts (pools only).</summary>
    public bool CeilMode { get; init; }
}

/// <summary>A window resolved against an input: every list has one entry a spatial dimension.</summary>
public sealed class WindowGeometry
{
    private WindowGeometry(int rank)
    {
        Kernel = new long[rank];
        Strides = new long[rank];
        Dilations = new long[rank];
        PadStart = new long[rank];
        PadEnd = new long[rank];
        Input = new long[rank];
        Output = new long[rank];
    }

    public long[] Kernel { get; }

    public long[] Strides { get; }

    public long[] Dilations { get; }

    public long[] PadStart { get; }

    public long[] PadEnd { get; }

    public long[] Input { get; }

    /// <summary>Number of windows; <see cref="Shapes.Unknown"/> where the input's extent is.</summary>
    public long[] Output { get; }

    /// <summary>Resolves pads and extents of the result. Throws where lists do not fit, a value is out of range, or no window fits.</summary>
    public static WindowGeometry Resolve(ReadOnlySpan<long> input, ReadOnlySpan<long> kernel, WindowParams window)
    {
        int rank = input.Length;
        Shapes.Require(kernel.Length == rank, $"a kernel of {kernel.Length} dimensions does not fit {rank} spatial dimensions");
        Shapes.Require(Fits(window.Strides, rank) && Fits(window.Dilations, rank) && Fits(window.Pads, 2 * rank), "strides, dilations or pads do not fit the kernel");
        var g = new WindowGeometry(rank);
        for (int i = 0; i < rank; i++)
        {
            g.Input[i] = input[i];
            g.Kernel[i] = kernel[i];
            long stride = g.Strides[i] = window.Strides.Length > 0 ? window.Strides[i] : 1;
            long dilation = g.Dilations[i] = window.Dilations.Length > 0 ? window.Dilations[i] : 1;
            Shapes.Require(
                kernel[i] is > 0 and <= int.MaxValue && stride is > 0 and <= int.MaxValue && dilation is > 0 and <= int.MaxValue,
                "kernel, strides and dilations must be positive");
            long reach = (kernel[i] - 1) * dilation + 1;
            if (input[i] == Shapes.Unknown)
            {
                g.Output[i] = Shapes.Unknown;
                continue;
            }
            if (window.AutoPad is AutoPad.SameUpper or AutoPad.SameLower)
            {
                g.Output[i] = (input[i] + stride - 1) / stride;
                long pad = Math.Max(0, (g.Output[i] - 1) * stride + reach - input[i]);
                g.PadStart[i] = window.AutoPad == AutoPad.SameUpper ? pad / 2 : pad - pad / 2;
                g.PadEnd[i] = pad - g.PadStart[i];
                continue;
            }
            if (window.AutoPad == AutoPad.NotSet && window.Pads.Length > 0)
            {
                (g.PadStart[i], g.PadEnd[i]) = (window.Pads[i], window.Pads[i + rank]);
                Shapes.Require(g.PadStart[i] is >= 0 and <= int.MaxValue && g.PadEnd[i] is >= 0 and <= int.MaxValue, "pads of a window must not be negative");
            }
            long room = input[i] + g.PadStart[i] + g.PadEnd[i] - reach;
            Shapes.Require(room >= 0, $"a window of {reach} does not fit {input[i]} elements and {g.PadStart[i] + g.PadEnd[i]} of padding");
            g.Output[i] = (window.CeilMode ? (room + stride - 1) / stride : room / stride) + 1;
            // A window that would lie in the end padding alone sees nothing and is dropped.
            if (window.CeilMode && (g.Output[i] - 1) * stride >= input[i] + g.PadStart[i]) g.Output[i]--;
        }
        return g;
    }

    private static bool Fits(long[] list, int length) => list.Length == 0 || list.Length == length;
}
