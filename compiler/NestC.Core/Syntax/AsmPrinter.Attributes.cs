using NestC.Builtin;
using NestC.IR;

namespace NestC.Syntax;

public partial class AsmPrinter
{
    /// <summary>` : type`, unless it is elided or none.</summary>
    public void WriteTypeOf(IrType type, TypeElision elideType)
    {
        if (elideType == TypeElision.Must || type is NoneType) return;
        Out.Write(" : "u8);
        Write(type);
    }

    /// <summary>Entries of a dictionary without the braces: `a = 1 : i64, b`.</summary>
    public void WriteEntries(ReadOnlySpan<NamedAttr> entries)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            WriteName(entries[i].Name);
            if (entries[i].Value is UnitAttr) continue;
            Out.Write(" = "u8);
            Write(entries[i].Value);
        }
    }

    private InternedMap? distinctIds;

    /// <summary>The number of a distinct attribute: in the order in which they are printed.</summary>
    internal int DistinctId(DistinctAttr attr)
    {
        distinctIds ??= new InternedMap();
        int id = distinctIds.Find(attr);
        if (id < 0) distinctIds.Add(attr, id = distinctIds.Count);
        return id;
    }

    /// <summary>
    /// `loc(...)` with the location's alias or body between the parentheses: what follows an operation. The form for people,
    /// without `loc` and aliases, when the options ask for it.
    /// </summary>
    public void WriteLocation(LocationAttr location, bool allowAlias = true)
    {
        if (Options.PrettyDebugInfo)
        {
            location.PrintBody(this);
            return;
        }
        Out.Write("loc("u8);
        if (!allowAlias || !WriteAlias(location)) location.PrintBody(this);
        Out.Write(')');
    }

    /// <summary>A location within another one.</summary>
    internal void WriteNestedLocation(LocationAttr location)
    {
        if (WriteAlias(location)) return;
        if (AsmParser.StackIsShort)
        {
            AsmParser.OnFreshStack(() =>
            {
                location.PrintBody(this);
                return true;
            });
            return;
        }
        location.PrintBody(this);
    }
}
