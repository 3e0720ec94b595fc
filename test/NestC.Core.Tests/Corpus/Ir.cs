using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Builtin.Cf;
using NestC.Builtin.Quant;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Core.Tests.Corpus;

/// <summary>What nest-opt does with an input, without the tool around it: parse, verify, print.</summary>
internal sealed class Ir
{
    /// <summary>The printed forms that the corpus has.</summary>
    public static readonly PrintOptions Generic = new() { Generic = true }, DebugInfo = new() { Generic = true, DebugInfo = true }, Pretty = new();

    private readonly NestContext context = NewContext();
    private Operation? module;

    /// <summary>Errors in the order in which they were said.</summary>
    public List<Diagnostic> Errors { get; } = [];

    /// <summary>Whether the input parses and verifies.</summary>
    public bool Accepted => module is not null;

    /// <summary>Line and column of the first error, from 1; zeros when it has no place.</summary>
    public (int Line, int Column) Place
    {
        get
        {
            if (Errors.Count == 0) return default;
            LocationPlace place = LocationPlace.Of(context, Errors[0].Location);
            return (place.Line, place.Column);
        }
    }

    public string FirstError => Errors.Count == 0 ? "" : $"{Place.Line}:{Place.Column}: {Errors[0].Code} {Errors[0].Message}";

    /// <summary>A context with the shared vocabulary, unregistered dialects allowed.</summary>
    public static NestContext NewContext()
    {
        NestContext context = new() { AllowUnregisteredDialects = true };
        context.Register("builtin", static c => new BuiltinDialect(c));
        context.Register("func", static c => new FuncDialect(c));
        context.Register("arith", static c => new ArithDialect(c));
        context.Register("cf", static c => new CfDialect(c));
        context.Register("quant", static c => new QuantDialect(c));
        return context;
    }

    /// <summary>Parses and verifies.</summary>
    public static Ir Read(SourceFile source)
    {
        Ir ir = new();
        using IDisposable handler = ir.context.Diagnostics.PushHandler(d =>
        {
            if (d.Severity == Severity.Error) ir.Errors.Add(d);
        });
        Operation? op = AsmParser.Parse(ir.context, source);
        if (op is not null && Verifier.Verify(op)) ir.module = op;
        return ir;
    }

    public static Ir Read(ReadOnlySpan<byte> text) => Read(SourceFile.FromBytes("<input>", text));

    public static Ir Read(string text) => Read(SourceFile.FromText("<input>", text));

    /// <summary>Prints what was accepted.</summary>
    public byte[] Print(PrintOptions options)
    {
        Utf8Writer writer = new();
        AsmPrinter.Print(module!, writer, options);
        return writer.Written.ToArray();
    }
}
