using System;
using System.Collections.Generic;

namespace NestC.Generators;

/// <summary>All that the generator knows of an operation's class: text only, so that two equal declarations are equal models.</summary>
internal sealed record OpModel
{
    public string Namespace { get; init; } = "";
    public string Class { get; init; } = "";
    public string Accessibility { get; init; } = "public";
    public string OpName { get; init; } = "";
    public string? Format { get; init; }

    /// <summary>The dialect whose prefix operations in the regions leave out.</summary>
    public string? DefaultDialect { get; init; }
    public string Summary { get; init; } = "";

    /// <summary>`protected internal` in the assembly of `Operation`, `protected` elsewhere: what an override must say.</summary>
    public string Protected { get; init; } = "protected";

    public EquatableArray<ValueModel> Operands { get; init; }
    public EquatableArray<ValueModel> Results { get; init; }
    public EquatableArray<PropModel> Props { get; init; }
    public EquatableArray<RegionModel> Regions { get; init; }
    public EquatableArray<SuccessorModel> Successors { get; init; }
    public EquatableArray<InferModel> Inferences { get; init; }
    public EquatableArray<RuleModel> Rules { get; init; }

    /// <summary>Traits as they stand in the documentation.</summary>
    public EquatableArray<string> Traits { get; init; }

    /// <summary>Names of flags of `OpTraits`.</summary>
    public EquatableArray<string> TraitFlags { get; init; }

    /// <summary>Interfaces whose `VerifyTrait` is called.</summary>
    public EquatableArray<string> VerifiedTraits { get; init; }

    /// <summary>Static methods of the class that custom directives may name.</summary>
    public EquatableArray<string> StaticMethods { get; init; }

    /// <summary>Members that the class writes itself, so that the generator does not.</summary>
    public EquatableArray<string> OwnMembers { get; init; }

    public bool HasCustomSyntax { get; init; }
    public bool IsCanonicalizable { get; init; }
    public bool IsIsolated { get; init; }
    public bool SameOperandsAndResultType { get; init; }
    public bool SameTypeOperands { get; init; }

    public bool SizesOperands => Segments(Operands);

    public bool SizesResults => Segments(Results);

    private static bool Segments(EquatableArray<ValueModel> values)
    {
        int groups = 0;
        foreach (ValueModel value in values)
            if (value.Arity != Arity.One) groups++;
        return groups > 1;
    }

    public ValueModel? FindValue(string name) => Find(Operands, name) ?? Find(Results, name);

    public static T? Find<T>(EquatableArray<T> parts, string name) where T : class, IPart, IEquatable<T>
    {
        foreach (T part in parts)
            if (part.Name == name || part.Local == name) return part;
        return null;
    }
}

/// <summary>A named part of an operation.</summary>
internal interface IPart
{
    /// <summary>In formats and messages.</summary>
    string Name { get; }

    /// <summary>The C# property.</summary>
    string Property { get; }

    /// <summary>The C# property in camelCase: for parameters and locals.</summary>
    string Local { get; }
}

internal enum Arity { One, Optional, Variadic }

/// <summary>An operand or result, or a group of them.</summary>
internal sealed record ValueModel : IPart
{
    public string Name { get; init; } = "";
    public string Property { get; init; } = "";
    public string Modifiers { get; init; } = "";
    public string Local => Names.Camel(Property);
    public string Constraint { get; init; } = "";
    public bool IsAnyType { get; init; }

    /// <summary>Whether the constraint has one type alone.</summary>
    public bool IsBuildable { get; init; }

    public Arity Arity { get; init; }
    public int Min { get; init; }
    public string? SameTypeAs { get; init; }
    public string? TypeFrom { get; init; }

    /// <summary>The method that gives the type, with its class; and what holds, as an expression.</summary>
    public string? TypeFromMethod { get; init; }
    public string? TypeFromText { get; init; }
}

internal enum PropKind { Integer, Bool, Unit, Float, String, Symbol, Enum, EnumAttr, Array, Type, Attr }

internal sealed record PropModel : IPart
{
    public string Name { get; init; } = "";
    public string Property { get; init; } = "";
    public string Modifiers { get; init; } = "";
    public string Local => Names.Camel(Property);
    public PropKind Kind { get; init; }

    /// <summary>The C# type without `?`.</summary>
    public string Type { get; init; } = "";

    public bool IsOptional { get; init; }

    /// <summary>The default as a C# expression, or null.</summary>
    public string? Default { get; init; }

    public string? Constraint { get; init; }

    /// <summary>What the attribute is, in messages: `64-bit signless integer attribute`.</summary>
    public string Description { get; init; } = "";

    public EnumModel? Enum { get; init; }

    /// <summary>Whether formats print the attribute's body alone: its class implements `IBodySyntax`.</summary>
    public bool HasBodySyntax { get; init; }

    public bool IsReference => Kind is PropKind.String or PropKind.Symbol or PropKind.Array or PropKind.Type or PropKind.Attr;

    public bool IsRequired => !IsOptional && Default is null && Kind != PropKind.Unit;

    /// <summary>Absent where it is not given, and read as its default then.</summary>
    public bool ReadsDefault => IsOptional && Default is not null;

    public string Field => "_" + Names.CamelRaw(Property);

    public string HasField => "_has" + Property;
}

internal sealed record EnumModel
{
    public string Type { get; init; } = "";
    public string Namespace { get; init; } = "";
    public string Name { get; init; } = "";
    public string Accessibility { get; init; } = "public";
    public bool IsFlags { get; init; }
    public int Width { get; init; } = 64;

    /// <summary>`dialect.mnemonic`, or null for an enum that is held by an integer attribute.</summary>
    public string? Mnemonic { get; init; }

    /// <summary>Written without angle brackets.</summary>
    public bool IsBare { get; init; }

    public string Separator { get; init; } = "|";
    public string Description { get; init; } = "";
    public string Protected { get; init; } = "protected";
    public EquatableArray<EnumCase> Cases { get; init; }

    /// <summary>For expressions, where a property of the same name would be meant.</summary>
    public string FullType => "global::" + (Namespace.Length == 0 ? "" : Namespace + ".") + Name;

    public string AttrClass => Type + "Attr";
}

internal sealed record EnumCase(string Member, string Keyword, long Value);

internal sealed record RegionModel : IPart
{
    public string Name { get; init; } = "";
    public string Property { get; init; } = "";
    public string Modifiers { get; init; } = "";
    public string Local => Names.Camel(Property);
    public bool IsVariadic { get; init; }
    public int Min { get; init; }
    public int Max { get; init; } = -1;

    /// <summary>The name of the operation that ends its blocks and need not be written, or null.</summary>
    public string? Terminator { get; init; }
}

internal sealed record SuccessorModel : IPart
{
    public string Name { get; init; } = "";
    public string Property { get; init; } = "";
    public string Modifiers { get; init; } = "";
    public string Local => Names.Camel(Property);
    public bool IsVariadic { get; init; }
}

/// <summary>A method that infers result types.</summary>
internal sealed record InferModel
{
    public string? Result { get; init; }
    public string Method { get; init; } = "";
    public bool ReturnsArray { get; init; }

    /// <summary>Of each parameter: the name of an operand or property in camelCase, or `#context`, `#error`.</summary>
    public EquatableArray<string> Parameters { get; init; }
}

internal sealed record RuleModel(string Id, string Text);

internal sealed record DialectModel
{
    public string Namespace { get; init; } = "";
    public string Class { get; init; } = "";
    public string Accessibility { get; init; } = "public";
    public string Name { get; init; } = "";
    public string Protected { get; init; } = "protected";
    public bool WritesParseAttr { get; init; }
    public bool WritesRegister { get; init; }
    public bool TakesContextAlone { get; init; }
}

/// <summary>What a dialect needs to know of an operation.</summary>
internal sealed record OpEntry(string OpName, string FullClass);

internal static class Names
{
    public static string Camel(string name)
    {
        string raw = CamelRaw(name);
        // What generated methods call their own parameters and locals.
        if (raw is "parser" or "state" or "self" or "printer" or "builder" or "made" or "error" or "functionType" or "op" or "d") return raw + "Value";
        return Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(raw) != Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? "@" + raw : raw;
    }

    public static string CamelRaw(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name.Substring(1);

    /// <summary>`TrueValue` to `true_value`; digits stay with the word before.</summary>
    public static string Snake(string name)
    {
        System.Text.StringBuilder text = new();
        for (int i = 0; i < name.Length; i++)
        {
            char c = name[i];
            bool startsWord = char.IsUpper(c) && i > 0 && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord && name[i - 1] != '_') text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    public static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "") + "\"";
}
