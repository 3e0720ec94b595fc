namespace NestC.Passes.Quantization;

/// <summary>How a range of reals becomes a scale and a zero point.</summary>
public enum QuantizationSchema
{
    /// <summary>The range as it is; the zero point follows from it.</summary>
    Asymmetric,

    /// <summary>The smaller side is stretched until the zero point is 0.</summary>
    Symmetric,

    /// <summary>As <see cref="Symmetric"/>, but a range without negative numbers uses all levels (the zero point is the least stored value).</summary>
    SymmetricWithUint8,

    /// <summary>As <see cref="Symmetric"/>, the scale rounded up to a power of two.</summary>
    SymmetricWithPower2Scale,
}

/// <summary>How much of an observed range is kept.</summary>
public enum CalibrationMethod
{
    /// <summary>All of it.</summary>
    MinMax,

    /// <summary>The part whose quantized histogram diverges least from the observed one (Kullback and Leibler).</summary>
    Kl,

    /// <summary>The part between two percentiles.</summary>
    Percentile,

    /// <summary>The part that gives the least mean squared error of the histogram's values.</summary>
    Mse,
}

/// <summary>What shares a scale in a weight.</summary>
public enum QuantizationGranularity
{
    Tensor,
    Channel,
}

/// <summary>How products of an imported integer model are rounded where their factor is no power of two.</summary>
public enum ImportedRounding
{
    /// <summary>As the integer kernels of ONNX Runtime do: the sum as f32 times the f32 factor, halves to even.</summary>
    F32,

    /// <summary>By a multiplier of 31 bits and a shift, halves up.</summary>
    Up,
}

/// <summary>Every choice of a quantization in one value, so that a tuner can vary it.</summary>
public sealed record QuantizationConfig
{
    public QuantizationSchema Schema { get; init; } = QuantizationSchema.Asymmetric;

    /// <summary>The schema of weights; null: symmetric where <see cref="Schema"/> is asymmetric or uint8, else <see cref="Schema"/>.</summary>
    public QuantizationSchema? WeightSchema { get; init; }

    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.MinMax;

    /// <summary>Percent of the values that <see cref="CalibrationMethod.Percentile"/> keeps.</summary>
    public double Percentile { get; init; } = 99.99;

    /// <summary>Whether weights are calibrated as activations are; biases never.</summary>
    public bool CalibrateWeights { get; init; }

    public QuantizationGranularity Granularity { get; init; } = QuantizationGranularity.Tensor;

    /// <summary>8 or 16.</summary>
    public int ActivationBits { get; init; } = 8;

    /// <summary>8 or 16: the results of the last products, what follows them, and the global means that they read. Means of many values know more than 8 bits can say, and
    /// nothing averages out the rounding of what decides between classes.</summary>
    public int HeadBits { get; init; } = 8;

    /// <summary>8 or 16: the terms and results of additions, so that what residual networks hand from block to block is not rounded to 8 bits at each of them. Products
    /// read it rounded to 8.</summary>
    public int AddendBits { get; init; } = 8;

    /// <summary>Names of layers whose results have 16 bits; each must match one.</summary>
    public IReadOnlyList<string> KeepWide { get; init; } = [];

    /// <summary>2..8.</summary>
    public int WeightBits { get; init; } = 8;

    /// <summary>8, 16 or 32: at which precision a bias is rounded before it joins the 32-bit sum.</summary>
    public int BiasBits { get; init; } = 32;

    /// <summary>Whether biases make up for what rounding of weights does to the mean of the sums.</summary>
    public bool BiasCorrection { get; init; }

    /// <summary>How far the ranges of channels are brought to one another by factors that move from layer to layer: 0 not at all, 1 until they are equal.</summary>
    public double Equalization { get; init; }

    /// <summary>Whether what a relu leaves is moved to the middle of its range where no padding reads it; power-of-two scales only.</summary>
    public bool CenterRanges { get; init; }

    /// <summary>Whether weights are rounded so that the errors of a kernel and of a channel cancel, instead of each to the nearest.</summary>
    public bool CompensatedRounding { get; init; }

    /// <summary>Least exponent of a power-of-two scale; null for no limit. NEST-C has -7 for 8 bits and -15 for 16.</summary>
    public int? MinExponent { get; init; }

    /// <summary>Whether the result must be in the form that the NPU computes (docs/dialects/quantized-arithmetic.md).</summary>
    public bool ForNpu { get; init; }

    /// <summary>Greatest left shift of a residual that joins a sum before it is rounded; beyond it the addition is an operation of its own.</summary>
    public int MaxResidualShift { get; init; } = 24;

    /// <summary>What a model that is quantized already means by its factors.</summary>
    public ImportedRounding ImportedRounding { get; init; }

    /// <summary>Names of layers that stay in floats; each must match one.</summary>
    public IReadOnlyList<string> KeepFloat { get; init; } = [];

    public QuantizationSchema SchemaOfWeights => WeightSchema ?? (Schema == QuantizationSchema.SymmetricWithPower2Scale ? Schema : QuantizationSchema.Symmetric);

    /// <summary>Products of 8 bits, the head and what additions hand on in 16, and every choice that costs no calibration runs: what agrees best with the floats.</summary>
    public static QuantizationConfig Int8 { get; } = new()
    {
        Calibration = CalibrationMethod.Mse,
        CalibrateWeights = true,
        Granularity = QuantizationGranularity.Channel,
        BiasCorrection = true,
        CompensatedRounding = true,
        Equalization = 0.35,
        HeadBits = 16,
        AddendBits = 16,
    };

    /// <summary>Weights of 8 bits and activations of 16, where that is not near enough.</summary>
    public static QuantizationConfig Int16x8 { get; } = Int8 with { ActivationBits = 16 };

    public bool IsPowerOfTwo => Schema == QuantizationSchema.SymmetricWithPower2Scale;
}
