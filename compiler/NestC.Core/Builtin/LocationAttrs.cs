using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>Where something came from. Printed inside `loc(...)`.</summary>
public abstract class LocationAttr : Attr, IBuiltinObject
{
    protected LocationAttr(int hash) : base(hash) => Flags = InternFlags.MayAlias | InternFlags.AliasesItself;

    /// <summary>One more than the index in the context's location table; 0 when it has none yet.</summary>
    internal int TableIndex;

    public static UnknownLoc Unknown(NestContext context) => context.Common.UnknownLoc;

    /// <summary>`loc(` body `)`: what mlir-opt prints for a location attribute.</summary>
    public sealed override void Print(AsmPrinter printer, TypeElision elideType) => printer.WriteLocation(this, allowAlias: false);

    /// <summary>Writes what stands between the parentheses, or the form for people when the options ask for that.</summary>
    public abstract void PrintBody(AsmPrinter printer);

    /// <summary>Writes the location as `--mlir-pretty-debuginfo` shows it.</summary>
    public virtual void PrintPretty(AsmPrinter printer) => PrintBody(printer);
}

/// <summary>`loc(unknown)`.</summary>
public sealed class UnknownLoc() : LocationAttr(17)
{
    protected internal override bool SameStructure(Interned other) => true;

    public override void PrintBody(AsmPrinter printer) =>
        printer.Out.Write(printer.Options.PrettyDebugInfo ? "[unknown]"u8 : "unknown"u8);
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
        if (printer.Options.PrettyDebugInfo) printer.Out.Write(File.Utf8);
        else printer.WriteQuoted(File.Utf8);
        printer.Out.Write(':');
        printer.Out.Write((long)(uint)Line);
        printer.Out.Write(':');
        printer.Out.Write((long)(uint)Column);
    }
}

/// <summary>`loc("name"(child))`: a name, and where the named thing came from.</summary>
public sealed class NameLoc : LocationAttr
{
    private NameLoc(Identifier name, LocationAttr child, int hash) : base(hash)
    {
        (Name, Child) = (name, child);
        Flags |= child.Inherited;
    }

    public Identifier Name { get; }

    /// <summary>Unknown when it is written without one.</summary>
    public LocationAttr Child { get; }

    public static NameLoc Get(NestContext context, Identifier name, LocationAttr? child = null) =>
        context.InternAttr<NameLoc, Key>(new Key(name, child ?? context.Common.UnknownLoc));

    protected internal override bool SameStructure(Interned other) => other is NameLoc o && o.Name == Name && o.Child == Child;

    public override void VisitParts(IPartVisitor visitor)
    {
        if (Child is not UnknownLoc) visitor.Visit(Child);
    }

    public override void PrintBody(AsmPrinter printer)
    {
        printer.WriteQuoted(Name.Utf8);
        if (Child is UnknownLoc) return;
        printer.Out.Write('(');
        printer.WriteNestedLocation(Child);
        printer.Out.Write(')');
    }

    private readonly struct Key(Identifier name, LocationAttr child) : IInternKey
    {
        public int Hash => Support.Hash.Combine(221, name.HashCode, child.Identity);

        public bool Matches(Interned c) => c is NameLoc l && l.Name == name && l.Child == child;

        public Interned Make() => new NameLoc(name, child, Hash);
    }
}

/// <summary>`loc(callsite(callee at caller))`.</summary>
public sealed class CallSiteLoc : LocationAttr
{
    private CallSiteLoc(LocationAttr callee, LocationAttr caller, int hash) : base(hash)
    {
        (Callee, Caller) = (callee, caller);
        Flags |= callee.Inherited | caller.Inherited;
    }

    public LocationAttr Callee { get; }

    public LocationAttr Caller { get; }

    public static CallSiteLoc Get(LocationAttr callee, LocationAttr caller) =>
        callee.Context.InternAttr<CallSiteLoc, Key>(new Key(callee, caller));

    protected internal override bool SameStructure(Interned other) => other is CallSiteLoc o && o.Callee == Callee && o.Caller == Caller;

    public override void VisitParts(IPartVisitor visitor)
    {
        visitor.Visit(Callee);
        visitor.Visit(Caller);
    }

    public override void PrintBody(AsmPrinter printer)
    {
        bool pretty = printer.Options.PrettyDebugInfo;
        if (!pretty) printer.Out.Write("callsite("u8);
        printer.WriteNestedLocation(Callee);
        if (pretty && !(Callee is NameLoc && Caller is FileLineColLoc)) printer.Out.Write('\n');
        printer.Out.Write(" at "u8);
        printer.WriteNestedLocation(Caller);
        if (!pretty) printer.Out.Write(')');
    }

    private readonly struct Key(LocationAttr callee, LocationAttr caller) : IInternKey
    {
        public int Hash => Support.Hash.Combine(222, callee.Identity, caller.Identity);

        public bool Matches(Interned c) => c is CallSiteLoc l && l.Callee == callee && l.Caller == caller;

        public Interned Make() => new CallSiteLoc(callee, caller, Hash);
    }
}

/// <summary>`loc(fused&lt;metadata&gt;[a, b])`: several places, as when operations were merged.</summary>
public sealed class FusedLoc : LocationAttr
{
    private readonly LocationAttr[] locations;

    private FusedLoc(LocationAttr[] locations, Attr? metadata, int hash) : base(hash)
    {
        (this.locations, Metadata) = (locations, metadata);
        foreach (LocationAttr location in locations) Flags |= location.Inherited;
        if (metadata is not null) Flags |= metadata.Inherited;
    }

    public ReadOnlySpan<LocationAttr> Locations => locations;

    public Attr? Metadata { get; }

    /// <summary>
    /// The fused location: unknown ones and repetitions are dropped, fused ones with the same metadata are flattened. One
    /// location without metadata is itself, none is unknown.
    /// </summary>
    public static LocationAttr Get(NestContext context, ReadOnlySpan<LocationAttr> locations, Attr? metadata = null)
    {
        Vec<LocationAttr> flat = default;
        HashSet<LocationAttr>? seen = locations.Length > 8 ? [] : null;
        foreach (LocationAttr location in locations)
        {
            if (location is FusedLoc fused && fused.Metadata == metadata)
                foreach (LocationAttr inner in fused.locations) AddNew(ref flat, ref seen, inner);
            else if (location is not UnknownLoc) AddNew(ref flat, ref seen, location);
        }
        if (flat.IsEmpty)
        {
            if (metadata is null) return context.Common.UnknownLoc;
            flat.Add(context.Common.UnknownLoc);
        }
        if (flat.Count == 1 && metadata is null) return flat[0];
        return context.InternAttr<FusedLoc, Key>(new Key(flat.Span, metadata));
    }

    private static void AddNew(ref Vec<LocationAttr> flat, ref HashSet<LocationAttr>? seen, LocationAttr location)
    {
        if (seen is null && flat.Count >= 8) seen = [.. flat.Span];
        if (seen is not null ? seen.Add(location) : !Contains(flat, location)) flat.Add(location);
    }

    private static bool Contains(Vec<LocationAttr> list, LocationAttr location)
    {
        foreach (LocationAttr known in list.Span)
            if (ReferenceEquals(known, location)) return true;
        return false;
    }

    protected internal override bool SameStructure(Interned other) =>
        other is FusedLoc o && o.Metadata == Metadata && Same(o.locations, locations);

    private static bool Same(ReadOnlySpan<LocationAttr> a, ReadOnlySpan<LocationAttr> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
            if (!ReferenceEquals(a[i], b[i])) return false;
        return true;
    }

    public override void VisitParts(IPartVisitor visitor)
    {
        if (Metadata is not null) visitor.Visit(Metadata);
        foreach (LocationAttr location in locations) visitor.Visit(location);
    }

    public override void PrintBody(AsmPrinter printer)
    {
        if (!printer.Options.PrettyDebugInfo) printer.Out.Write("fused"u8);
        if (Metadata is not null)
        {
            printer.Out.Write('<');
            printer.Write(Metadata);
            printer.Out.Write('>');
        }
        printer.Out.Write('[');
        for (int i = 0; i < locations.Length; i++)
        {
            if (i > 0) printer.Out.Write(", "u8);
            printer.WriteNestedLocation(locations[i]);
        }
        printer.Out.Write(']');
    }

    private readonly ref struct Key(ReadOnlySpan<LocationAttr> locations, Attr? metadata) : IInternKey
    {
        private readonly ReadOnlySpan<LocationAttr> locations = locations;

        public int Hash
        {
            get
            {
                int hash = Support.Hash.Combine(223, metadata?.Identity ?? 0);
                foreach (LocationAttr location in locations) hash = Support.Hash.Combine(hash, location.Identity);
                return hash;
            }
        }

        public bool Matches(Interned c) => c is FusedLoc l && l.Metadata == metadata && Same(l.locations, locations);

        public Interned Make() => new FusedLoc(locations.ToArray(), metadata, Hash);
    }
}

/// <summary>A location that only a program understands: an object of its own, and what is printed for it.</summary>
public sealed class OpaqueLoc : LocationAttr
{
    private OpaqueLoc(object underlying, LocationAttr fallback, int hash) : base(hash)
    {
        (Underlying, Fallback) = (underlying, fallback);
        Flags |= fallback.Inherited;
    }

    public object Underlying { get; }

    public LocationAttr Fallback { get; }

    public static OpaqueLoc Get(object underlying, LocationAttr fallback) =>
        fallback.Context.Intern(new OpaqueLoc(underlying, fallback, Hash.Combine(224, Hash.Of(underlying), fallback.Identity)));

    protected internal override bool SameStructure(Interned other) =>
        other is OpaqueLoc o && ReferenceEquals(o.Underlying, Underlying) && o.Fallback == Fallback;

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(Fallback);

    public override void PrintBody(AsmPrinter printer) => printer.WriteNestedLocation(Fallback);
}
