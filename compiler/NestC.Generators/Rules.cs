using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace NestC.Generators;

/// <summary>What can be wrong with a declaration. Each message says how to put it right; docs/design/generator.md lists them.</summary>
public static class Rules
{
    private const string Category = "NestC.Declarations";

    public static readonly DiagnosticDescriptor NotPartial = New("NEST0001", "Class is not partial",
        "Class '{0}' has [{1}] but is not partial: declare it 'public sealed partial class {0}'");

    public static readonly DiagnosticDescriptor WrongBase = New("NEST0002", "Wrong base class",
        "Class '{0}' has [{1}] but does not derive from '{2}': write 'class {0} : {2}'");

    public static readonly DiagnosticDescriptor BadName = New("NEST0003", "Malformed name",
        "'{0}' is not a name of the form '{1}'");

    public static readonly DiagnosticDescriptor Nested = New("NEST0004", "Class is nested or generic",
        "Class '{0}' has [{1}], so it must stand in a namespace itself and have no type parameters");

    public static readonly DiagnosticDescriptor PropertyForm = New("NEST0005", "Property is not partial and read-only",
        "Property '{0}' has [{1}], so it must be declared 'public partial {2} {0} {{ get; }}': the generator writes it, and changes go through Set{0}(builder, value)");

    public static readonly DiagnosticDescriptor PartType = New("NEST0006", "Wrong type for an operand, result, region or successor",
        "Property '{0}' has [{1}], so its type must be {2}, not '{3}'");

    public static readonly DiagnosticDescriptor PropType = New("NEST0007", "Type that a property cannot have",
        "Property '{0}' cannot be a [Prop] of type '{1}': use long, int, bool, double, float, string, an enum, an array of numbers, a type or attribute class, or one of them with '?'");

    public static readonly DiagnosticDescriptor Twice = New("NEST0008", "Name is used twice",
        "Two parts of '{0}' are named '{1}': give one of them another name, as in [{2}(\"other\")]");

    public static readonly DiagnosticDescriptor BadDefault = New("NEST0009", "Default does not fit",
        "The default of property '{0}' must be a constant of type '{1}', and the property must not be nullable");

    public static readonly DiagnosticDescriptor UnknownValue = New("NEST0010", "Unknown operand or result",
        "'{0}' is no other operand or result of '{1}'; it has {2}");

    public static readonly DiagnosticDescriptor BadMethod = New("NEST0011", "Method does not fit",
        "Method '{0}' named by [{1}] must be {2}");

    public static readonly DiagnosticDescriptor NotLast = New("NEST0012", "Variable number of regions or successors is not last",
        "Property '{0}' takes all remaining {1}, so it must be declared after the other {1}");

    public static readonly DiagnosticDescriptor UndeclaredRule = New("NEST0013", "Rule is not declared",
        "Rule '{0}' is checked but not declared: add [Rule(\"{0}\", \"what holds\")] to class '{1}'");

    public static readonly DiagnosticDescriptor RuleTwice = New("NEST0014", "Rule is declared twice",
        "Rule '{0}' of class '{1}' is declared twice: number the rules C1, C2, ...");

    public static readonly DiagnosticDescriptor BadParameter = New("NEST0015", "Parameter of an inference method names nothing",
        "Parameter '{0}' of '{1}' must be a NestContext, an Action<string>, or be named and typed as an operand or property: {2}");

    public static readonly DiagnosticDescriptor NoDialect = New("NEST0016", "Operation without a dialect",
        "'{0}' is of dialect '{1}', but this assembly has no class with [Dialect(\"{1}\")], so the operation would never be found: put it into the assembly of its dialect, or correct the prefix");

    public static readonly DiagnosticDescriptor OpTwice = New("NEST0017", "Operation is declared twice",
        "'{0}' is declared by '{1}' and by '{2}'");

    public static readonly DiagnosticDescriptor FormatSyntax = New("NEST0020", "Assembly format cannot be read",
        "Format of '{0}': {1}");

    public static readonly DiagnosticDescriptor FormatUnknown = New("NEST0021", "Unknown name in an assembly format",
        "Format of '{0}': '{1}' names no operand, result, property, region or successor; there are {2}");

    public static readonly DiagnosticDescriptor FormatUnbound = New("NEST0022", "Assembly format leaves something out",
        "Format of '{0}': {1}");

    public static readonly DiagnosticDescriptor FormatTwice = New("NEST0023", "Assembly format binds something twice",
        "Format of '{0}': '{1}' is bound already; in a custom directive 'ref(...)' refers to what is bound");

    public static readonly DiagnosticDescriptor FormatGroup = New("NEST0024", "Optional group of an assembly format is wrong",
        "Format of '{0}': {1}");

    public static readonly DiagnosticDescriptor FormatCustom = New("NEST0025", "Custom directive has no methods",
        "Format of '{0}': 'custom<{1}>' needs the static methods 'Parse{1}' and 'Print{1}' in class '{2}', and {3} is missing");

    public static readonly DiagnosticDescriptor FormatAndCustom = New("NEST0026", "Two syntaxes",
        "Class '{0}' has a Format and implements ICustomSyntax: remove one of them");

    public static readonly DiagnosticDescriptor BadTerminator = New("NEST0018", "Implicit terminator is no operation",
        "'{0}' cannot be the implicit terminator of a region: name the class of an operation, with [Op(...)] and without operands that must be given");

    public static readonly DiagnosticDescriptor BadOption = New("NEST0027", "Option cannot be set from text",
        "Option '{0}' of type '{1}' cannot be set: give the property an 'init' accessor, and one of the types bool, int, long, uint, double, string, string[], long[], PassPipeline[] or an enum");

    private static readonly DiagnosticDescriptor[] all =
    [
        NotPartial, WrongBase, BadName, Nested, PropertyForm, PartType, PropType, Twice, BadDefault, UnknownValue, BadMethod, NotLast,
        UndeclaredRule, RuleTwice, BadParameter, NoDialect, OpTwice, BadTerminator, FormatSyntax, FormatUnknown, FormatUnbound, FormatTwice, FormatGroup,
        FormatCustom, FormatAndCustom, BadOption,
    ];

    public static IReadOnlyList<DiagnosticDescriptor> All => all;

    public static DiagnosticDescriptor ById(string id)
    {
        foreach (DiagnosticDescriptor rule in all)
            if (rule.Id == id) return rule;
        return NotPartial;
    }

    private static DiagnosticDescriptor New(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
