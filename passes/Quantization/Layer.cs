using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>What integer operation a chain of float operations becomes.</summary>
internal enum LayerKind
{
    /// <summary>A convolution or a product with a constant matrix.</summary>
    Product,

    /// <summary>A product of two activations.</summary>
    MatMul,
    Add,
    AveragePool,

    /// <summary>A function of single elements, by table.</summary>
    Lookup,
    Softmax,

    /// <summary>Limits alone.</summary>
    Limit,

    /// <summary>Stored values go where they go, and keep their type.</summary>
    Move,
    Concat,
}

/// <summary>Float operations that become one integer operation: the root, and what its sum passes through until it is rounded.</summary>
internal sealed class Layer(LayerKind kind, Operation root)
{
    public LayerKind Kind { get; } = kind;

    public Operation Root { get; } = root;

    /// <summary>The root and what follows it.</summary>
    public List<Operation> Chain { get; } = [root];

    public Operation Last => Chain[^1];

    /// <summary>The results that are quantized: those of the last operation.</summary>
    public IEnumerable<Value> Outputs
    {
        get
        {
            for (int i = 0; i < Last.ResultCount; i++) yield return Last.Result(i);
        }
    }

    public Value Output => Last.Result(0);

    /// <summary>Activations that enter, without the residual.</summary>
    public List<Value> Inputs { get; } = [];

    /// <summary>What joins the sum before it is rounded.</summary>
    public Value? Residual { get; set; }

    /// <summary>f32, output channels first (O x I x kernel, or O x K).</summary>
    public NdArray? Weight { get; set; }

    /// <summary>The integers and the type of an imported weight, which are kept as they are.</summary>
    public StoredConstant? StoredWeight { get; set; }

    /// <summary>The integers of an imported bias.</summary>
    public StoredConstant? StoredBias { get; set; }

    /// <summary>One for each output channel, or null.</summary>
    public double[]? Bias { get; set; }

    /// <summary>Greatest lower limit that follows the sum.</summary>
    public double Low { get; set; } = double.NegativeInfinity;

    /// <summary>Least upper limit that follows the sum.</summary>
    public double High { get; set; } = double.PositiveInfinity;

    /// <summary>Exponents of power-of-two scales of the weight, one or one a channel, where the plan has chosen them.</summary>
    public int[]? WeightExponents { get; set; }

    /// <summary>The mean of what each column (input channel) of the weight is multiplied by, or one mean for all, where biases are to be corrected by what rounding
    /// does to the weight; else null.</summary>
    public double[]? InputMeans { get; set; }

    /// <summary>What the terms of a softmax were multiplied by.</summary>
    public double InputFactor { get; set; } = 1;

    /// <summary>How the weights of each group of inputs are rounded by the second moments of those; null where they are not known.</summary>
    public SecondOrderRounding?[]? Rounding { get; set; }

    /// <summary>Whether its results are to have 16 bits.</summary>
    public bool IsWide { get; set; }

    public int Channels => (int)Weight!.Shape[0];

    /// <summary>The label of the value that the layer computes.</summary>
    public string Name { get; set; } = "";
}

/// <summary>Integers that stand for reals: what a DequantizeLinear of constants reads.</summary>
internal sealed record StoredConstant(NdArray Values, double[] Scales, long[] Zeros, int Axis);
