using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Quantization;
using NestC.Syntax;
using Xunit;

namespace NestC.Passes.Tests.Quantization;

/// <summary>What tests of quantization share: a function beside its floats, and the loss of a configuration on inputs that calibration has not seen.</summary>
internal static class QuantizationRig
{
    /// <summary>The function of a text, and a copy of it.</summary>
    public static FuncOp Parse(string text, out FuncOp reference)
    {
        NestContext context = new();
        context.Register("builtin", static c => new BuiltinDialect(c));
        context.Register("func", static c => new FuncDialect(c));
        context.Register("quant", static c => new NestC.Builtin.Quant.QuantDialect(c));
        context.Register("graph", static c => new GraphDialect(c));
        ModuleOp module = Assert.IsType<ModuleOp>(AsmParser.Parse(context, text));
        Assert.True(Verifier.Verify(module));
        FuncOp function = (FuncOp)module.Body.First!;
        reference = (FuncOp)new Cloner(new OpBuilder(context)).Clone(function);
        return function;
    }

    /// <summary>Quantizes a function, calibrated with 64 inputs, and gives its signal to noise ratio in dB on 32 others.</summary>
    public static (QuantizationResult Result, double Sqnr) Measure(FuncOp function, FuncOp reference, QuantizationConfig config, bool withMoments = false)
    {
        Profiler profiler = new(reference, 512, withMoments);
        for (ulong seed = 0; seed < 64; seed++) profiler.Run(SeededInputs.Of(reference, seed));
        QuantizationResult result = new Quantizer(function, config) { Profile = profiler.Finish("") }.Run();
        Assert.True(Verifier.Verify(function));
        ErrorMeasure error = new();
        for (ulong seed = 100; seed < 132; seed++)
        {
            NdArray[] input = SeededInputs.Of(reference, seed);
            error.Add(new ArrayInterpreter().Run(reference, input)[0].Read<float>(), new ArrayInterpreter().Run(function, input)[0].Read<float>());
        }
        return (result, error.Sqnr);
    }
}
