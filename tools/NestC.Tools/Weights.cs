using NestC.Diagnostics;
using NestC.IR;
using NestC.Onnx.Export;
using NestC.Syntax;

namespace NestC.Tools;

/// <summary>Weights that the input refers to, for the time in which passes run.</summary>
internal static class Weights
{
    /// <summary>Maps them; what to call with the path of the output before the module is printed, or null when there are none. Files that are
    /// missing are warned of: a pass may not need them.</summary>
    public static Action<string>? Attach(NestContext context, SourceFile input, Operation root)
    {
        AttachedWeights? weights = AttachedWeights.Attach(context, FolderOf(input.Name),
            error => context.Diagnostics.Emit(new Diagnostic(Severity.Warning, "NEST4151", Location.Unknown, error.ToString())));
        return weights is null ? null : output => weights.Detach(root, FolderOf(output));
    }

    private static string FolderOf(string path)
    {
        bool isStream = path is "-" or "<stdin>" || path.Length == 0;
        return isStream ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(path)) ?? Environment.CurrentDirectory;
    }
}
