using NestC.Dialects.Graph.Kernels;

namespace NestC.Dialects.Graph;

/// <summary>From properties to the kernels' parameters.</summary>
internal static class Windows
{
    public static WindowParams Of(long[]? strides, long[]? dilations, long[]? pads, string autoPad) => new()
    {
        Strides = strides ?? [],
        Dilations = dilations ?? [],
        Pads = pads ?? [],
        AutoPad = autoPad switch { "SAME_UPPER" => AutoPad.SameUpper, "SAME_LOWER" => AutoPad.SameLower, "VALID" => AutoPad.Valid, _ => AutoPad.NotSet },
    };

    public static ScatterReduction Scatter(string reduction) => reduction switch
    {
        "add" => ScatterReduction.Add,
        "mul" => ScatterReduction.Mul,
        "max" => ScatterReduction.Max,
        "min" => ScatterReduction.Min,
        _ => ScatterReduction.None,
    };
}
