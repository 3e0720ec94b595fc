using System.Runtime.CompilerServices;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Onnx;

namespace NestC.Tools;

/// <summary>Weights in files: passes of nest-opt see their values while the text keeps the references; other tools map them. Only a module with such references pays for it.</summary>
internal sealed class OptWeights
{
    private readonly AttachedWeights weights;

    private OptWeights(AttachedWeights weights) => this.weights = weights;

    /// <summary>Maps the files; null when the module refers to none. One that is missing or is not what the module was written with is warned of: a pass may not need it.</summary>
    /// <param name="input">The path of the module; `-` for standard input, whose references are relative to the current folder.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static OptWeights? Attach(NestContext context, Operation root, string input)
    {
        if (context.ExternalResources?.Find(WeightFiles.Group) is null) return null;
        OptWeights attached = new(new AttachedWeights(context, root, WeightFiles.FolderOf(input), out IReadOnlyList<OnnxError> errors));
        foreach (OnnxError error in errors) context.Diagnostics.Emit(new Diagnostic(Severity.Warning, error.Code, root.Location, error.ToString()));
        return attached;
    }

    /// <summary>Maps the files for a tool that needs all values; false when one cannot be read, which is an error.</summary>
    public static bool TryMap(NestContext context, Operation root, string input)
    {
        if (context.ExternalResources?.Find(WeightFiles.Group) is null) return true;
        IReadOnlyList<OnnxError> errors = WeightFiles.Attach(context, WeightFiles.FolderOf(input));
        foreach (OnnxError error in errors) context.Diagnostics.Emit(new Diagnostic(Severity.Error, error.Code, root.Location, error.ToString()));
        return errors.Count == 0;
    }

    /// <param name="output">Where the module goes; `-` for standard output.</param>
    public void Detach(Operation root, string output) => weights.Detach(root, output == "-" ? null : output);
}
