using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>One layer of a quantized model beside the float model.</summary>
public sealed record LayerReport(string Name, string Kind, string Op, string Type, ErrorMeasure Error, Histogram Float, Histogram Quantized);

/// <summary>What a quantization costs: layers, sensitivity, outputs, accuracy.</summary>
public sealed class QuantizationReport
{
    public required string Model { get; init; }

    public required string Configuration { get; init; }

    public int Inputs { get; set; }

    public List<LayerReport> Layers { get; } = [];

    /// <summary>Operations that stay in floats.</summary>
    public IReadOnlyList<string> KeptFloat { get; set; } = [];

    /// <summary>The signal to noise ratio of the outputs when only this layer is quantized, worst first.</summary>
    public List<(string Layer, double Sqnr)> Sensitivity { get; } = [];

    /// <summary>The first output of both models.</summary>
    public ErrorMeasure Output { get; } = new();

    /// <summary>Inputs for which both models' greatest output is the same.</summary>
    public int Agreeing { get; set; }

    /// <summary>Classes that the float model names.</summary>
    public HashSet<long> Classes { get; } = [];

    /// <summary>Inputs with a label.</summary>
    public int Labelled { get; set; }

    public int CorrectFloat { get; set; }

    public int CorrectQuantized { get; set; }
}
