using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>Where something came from. Printed inside `loc(...)`.</summary>
public abstract class LocationAttr(int hash) : Attr(hash)
{
    /// <summary>One more than the index in the context's location table; 0 when it has none yet.</summary>
    internal int TableIndex;

    public static UnknownLoc Unknown(NestContext context) => context.Common.UnknownLoc;

    /// <summary>`loc(` body `)`: what mlir-opt prints for a location attribute.</summary>
    public sealed override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write("loc("u8);
        PrintBody(printer);
        printer.Out.Write(')');
    }

    /// <summary>Writes what stands between the parentheses.</summary>
    public abstract void PrintBody(AsmPrinter printer);
}

/// <summary>`loc(unknown)`.</summary>
public sealed class UnknownLoc() : LocationAttr(17)
{
    protected internal override bool SameStructure(Interned other) => true;

    public override void PrintBody(AsmPrinter printer) => printer.Out.Write("unknown"u8);
}

/// <summary>`loc("file":line:column)`; line and column count from 1, columns in bytes.</summary>
public sealed class FileLineColLoc : LocationAttr
{
    private FileLineColLoc(Identifier file, int line, int column)
        : base(Hash.Combine(file.HashCode, line, column)) => (File, Line, Column) = (file, line, column);

    public Identifier File { get; }

    public int Line { get; }

    public int Column { get; }

    public static FileLineColLoc Get(NestContext context, string file, int line, int column) =>
        context.Intern(new FileLineColLoc(context.Identifier(file), line, column));

    public static FileLineColLoc Get(NestContext context, Identifier file, int line, int column) =>
        context.Intern(new FileLineColLoc(file, line, column));

    protected internal override bool SameStructure(Interned other) =>
        other is FileLineColLoc o && o.File == File && o.Line == Line && o.Column == Column;

    public override void PrintBody(AsmPrinter printer)
    {
        printer.WriteQuoted(File.Utf8);
        printer.Out.Write(':');
        printer.Out.Write((long)Line);
        printer.Out.Write(':');
        printer.Out.Write((long)Column);
    }
}
