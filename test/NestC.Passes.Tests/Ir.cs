using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using NestC.Tools;

namespace NestC.Passes.Tests;

/// <summary>Programs, pipelines and the tool, for tests.</summary>
internal static class Ir
{
    public static readonly PassRegistry Registry = Pipelines.Register(new PassRegistry());

    public static NestContext Context(List<Diagnostic>? said = null, Action<NestContext>? more = null)
    {
        NestContext context = new() { AllowUnregisteredDialects = true };
        NestC.Tools.Registry.RegisterDialects(context);
        more?.Invoke(context);
        if (said is not null) context.Diagnostics.PushHandler(said.Add);
        return context;
    }

    public static Operation Parse(NestContext context, string text) =>
        AsmParser.Parse(context, SourceFile.FromText("test.mlir", text)) is { } op && Verifier.Verify(op) ? op : throw new ArgumentException("the test's input is not valid");

    public static string Generic(Operation op) => AsmPrinter.ToText(op, new PrintOptions { Generic = true });

    /// <summary>Runs nest-opt in this process.</summary>
    public static (int Exit, string Output, string Error) Opt(string input, params string[] arguments)
    {
        using MemoryStream output = new(), error = new();
        int exit = new OptTool(NestC.Tools.Registry.RegisterDialects).Run(arguments, new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error);
        return (exit, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
