using System.Runtime.CompilerServices;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Onnx;

namespace NestC.Tools;

/// <summary>Weights in files, for nest-opt: passes see their values, the text keeps the references. Only a module with such references pays for it.</summary>
internal sealed class OptWeights
{
    private readonly AttachedWeights weights;

    private OptWeights(AttachedWeights weights) => this.weights = weights;

    /// <summary>False when a file is missing or is not what the module was written with, which is reported.</summary>
    /// <param name="input">The path of the module; `-` for standard input, whose references are relative to the current folder.</param>
    /// <param name="attached">Null when the module refers to no file.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryAttach(NestContext context, Operation root, string input, out OptWeights? attached)
    {
        attached = null;
        if (context.ExternalResources?.Find(WeightFiles.Group) is null) return true;
        string folder = input == "-" ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(input))!;
        attached = new OptWeights(new AttachedWeights(context, root, folder, out IReadOnlyList<OnnxError> errors));
        foreach (OnnxError error in errors) context.Diagnostics.Emit(new Diagnostic(Severity.Error, error.Code, root.Location, error.ToString()));
        return errors.Count == 0;
    }

    /// <param name="output">Where the module goes; `-` for standard output.</param>
    public void Detach(Operation root, string output) => weights.Detach(root, output == "-" ? null : output);
}
