using System;
using System.Collections.Generic;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NestC.Generators;

internal sealed partial class OpReader
{
    private void ReadProperty(IPropertySymbol property)
    {
        if (property.PartialDefinitionPart is not null) return;
        AttributeData? part = null;
        string kind = "";
        AttributeData? same = null, from = null;
        foreach (AttributeData attribute in property.GetAttributes())
        {
            if (attribute.AttributeClass is not { } c) continue;
            string name = SymbolText.FullName(c);
            if (name == "NestC.IR.SameTypeAsAttribute") same = attribute;
            else if (FullNameOf(c) == "NestC.IR.TypeFromAttribute") from = attribute;
            else if (SymbolText.DerivesFrom(c, "NestC.IR.OpPartAttribute"))
            {
                part = attribute;
                kind = c.Name.Substring(0, c.Name.Length - "Attribute".Length);
            }
        }
        if (part is null) return;
        PropertyDeclarationSyntax? declared = property.DeclaringSyntaxReferences.Length == 0
            ? null : property.DeclaringSyntaxReferences[0].GetSyntax(cancel) as PropertyDeclarationSyntax;
        if (declared is null) return;
        Location place = declared.Identifier.GetLocation();
        if (!declared.Modifiers.Any(SyntaxKind.PartialKeyword) || property.SetMethod is not null || property.IsStatic || declared.ExpressionBody is not null)
        {
            Report(Rules.PropertyForm, place, property.Name, kind, declared.Type.ToString());
            return;
        }
        string name1 = SymbolText.StringArgument(part, 0) ?? Names.Snake(property.Name);
        if (!places.ContainsKey(name1)) places.Add(name1, place);
        string modifiers = ModifiersOf(declared);
        switch (kind)
        {
            case "Operand" or "Operands" or "Result" or "Results":
                ReadValue(property, part, kind, name1, modifiers, place, same, from);
                break;
            case "Prop":
                ReadProp(property, part, name1, modifiers, place);
                break;
            case "OpRegion" when Expect(property, place, kind, "Region", "NestC.IR.Region"):
                regions.Add(new RegionModel
                {
                    Name = name1,
                    Property = property.Name,
                    Modifiers = modifiers,
                    Min = SymbolText.NamedInt(part, "MinBlocks", 0),
                    Max = SymbolText.NamedInt(part, "MaxBlocks", -1),
                    Terminator = TerminatorOf(part, place),
                });
                break;
            case "OpRegions" when Expect(property, place, kind, "ReadOnlySpan<Region>", "System.ReadOnlySpan"):
                regions.Add(new RegionModel { Name = name1, Property = property.Name, Modifiers = modifiers, IsVariadic = true });
                break;
            case "Successor" when Expect(property, place, kind, "Block", "NestC.IR.Block"):
                successors.Add(new SuccessorModel { Name = name1, Property = property.Name, Modifiers = modifiers });
                break;
            case "Successors" when Expect(property, place, kind, "SuccessorRange", "NestC.IR.SuccessorRange"):
                successors.Add(new SuccessorModel { Name = name1, Property = property.Name, Modifiers = modifiers, IsVariadic = true });
                break;
        }
    }

    private string? TerminatorOf(AttributeData region, Location place)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in region.NamedArguments)
        {
            if (argument.Key != "Terminator" || argument.Value.Value is not INamedTypeSymbol terminator) continue;
            foreach (AttributeData attribute in terminator.GetAttributes())
                if (attribute.AttributeClass is { } c && SymbolText.FullName(c) == "NestC.IR.OpAttribute") return SymbolText.StringArgument(attribute, 0);
            Report(Rules.BadTerminator, place, terminator.Name);
        }
        return null;
    }

    private static string ModifiersOf(PropertyDeclarationSyntax declared)
    {
        List<string> words = [];
        foreach (SyntaxToken token in declared.Modifiers) words.Add(token.ValueText);
        return string.Join(" ", words);
    }

    private bool Expect(IPropertySymbol property, Location place, string kind, string written, string fullName)
    {
        if (FullNameOf(property.Type) == fullName) return true;
        Report(Rules.PartType, place, property.Name, kind, "'" + written + "'", property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
        return false;
    }

    private static string FullNameOf(ITypeSymbol symbol)
    {
        string name = SymbolText.FullName(symbol);
        int generic = name.IndexOf('<');
        return generic < 0 ? name : name.Substring(0, generic);
    }

    private static bool IsNullableValue(ITypeSymbol symbol, out ITypeSymbol inner)
    {
        inner = symbol;
        if (symbol is not INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable) return false;
        inner = nullable.TypeArguments[0];
        return true;
    }

    private void ReadValue(IPropertySymbol property, AttributeData part, string kind, string name, string modifiers, Location place,
        AttributeData? same, AttributeData? from)
    {
        bool isOperand = kind.StartsWith("Operand", StringComparison.Ordinal);
        bool many = kind.EndsWith("s", StringComparison.Ordinal);
        bool optional = IsNullableValue(property.Type, out ITypeSymbol inner);
        string wanted = many ? isOperand ? "NestC.IR.OperandRange" : "NestC.IR.ResultRange" : "NestC.IR.Value";
        if (SymbolText.FullName(inner) != wanted || (many && optional))
        {
            string written = many ? isOperand ? "'OperandRange'" : "'ResultRange'" : "'Value' (or 'Value?' when it is optional)";
            Report(Rules.PartType, place, property.Name, kind + "<...>", written, property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
            return;
        }
        ITypeSymbol constraint = part.AttributeClass!.TypeArguments[0];
        ValueModel value = new()
        {
            Name = name,
            Property = property.Name,
            Modifiers = modifiers,
            Constraint = SymbolText.Of(constraint, ns),
            IsAnyType = SymbolText.FullName(constraint) == "NestC.IR.AnyType",
            IsBuildable = SymbolText.Implements(constraint, "NestC.IR.IBuildableType"),
            Arity = many ? Arity.Variadic : optional ? Arity.Optional : Arity.One,
            Min = many ? SymbolText.NamedInt(part, "Min", 0) : optional ? 0 : 1,
            SameTypeAs = same is null ? null : SymbolText.StringArgument(same, 0),
        };
        if (from?.AttributeClass is { TypeArguments.Length: 1 } shared)
        {
            string name1 = SymbolText.Of(shared.TypeArguments[0], ns);
            value = value with { TypeFrom = SymbolText.StringArgument(from, 0), TypeFromMethod = name1 + ".Apply", TypeFromText = name1 + ".Text" };
        }
        else if (from is not null && TypeMethod(from, out string? method))
        {
            value = value with
            {
                TypeFrom = SymbolText.StringArgument(from, 0),
                TypeFromMethod = $"{type.Name}.{method}",
                TypeFromText = Names.Quote(SymbolText.StringArgument(from, 2) ?? ""),
            };
        }
        (isOperand ? operands : results).Add(value);
    }

    // `static IrType? M(IrType)` of the class.
    private bool TypeMethod(AttributeData attribute, out string? name)
    {
        name = SymbolText.StringArgument(attribute, 1);
        foreach (ISymbol member in type.GetMembers(name ?? ""))
        {
            if (member is IMethodSymbol { IsStatic: true, Parameters.Length: 1 } method && SymbolText.DerivesFrom(method.ReturnType, "NestC.IR.IrType")
                && SymbolText.FullName(method.Parameters[0].Type) == "NestC.IR.IrType") return true;
        }
        Report(Rules.BadMethod, PlaceOf(attribute), name ?? "", "TypeFrom", $"'static IrType? {name}(IrType other)' in class '{type.Name}'");
        return false;
    }

    private void ReadProp(IPropertySymbol property, AttributeData part, string name, string modifiers, Location place)
    {
        bool optional = IsNullableValue(property.Type, out ITypeSymbol inner) || property.Type.NullableAnnotation == NullableAnnotation.Annotated;
        string typeText = SymbolText.Of(inner.WithNullableAnnotation(NullableAnnotation.NotAnnotated), ns);
        bool unit = SymbolText.NamedBool(part, "Unit");
        PropModel prop = new() { Name = name, Property = property.Name, Modifiers = modifiers, Type = typeText, IsOptional = optional };
        if (part.AttributeClass is { TypeArguments.Length: 1 } generic) prop = prop with { Constraint = SymbolText.Of(generic.TypeArguments[0], ns) };
        PropModel? filled = inner.SpecialType switch
        {
            SpecialType.System_Int64 => prop with { Kind = PropKind.Integer, Description = "64-bit signless integer attribute" },
            SpecialType.System_Int32 => prop with { Kind = PropKind.Integer, Description = "32-bit signless integer attribute" },
            SpecialType.System_Boolean => unit
                ? prop with { Kind = PropKind.Unit, Description = "unit attribute" }
                : prop with { Kind = PropKind.Bool, Description = "bool attribute" },
            SpecialType.System_Double => prop with { Kind = PropKind.Float, Description = "64-bit float attribute" },
            SpecialType.System_Single => prop with { Kind = PropKind.Float, Description = "32-bit float attribute" },
            SpecialType.System_String => prop with { Kind = SymbolText.NamedBool(part, "Symbol") ? PropKind.Symbol : PropKind.String, Description = "string attribute" },
            _ => null,
        };
        if (filled is null && inner is INamedTypeSymbol { TypeKind: TypeKind.Enum } enumType)
        {
            EnumModel model = EnumReader.Read(enumType, ns, SymbolText.NamedInt(part, "Width", 64), compilation);
            filled = prop with { Kind = model.Mnemonic is null ? PropKind.Enum : PropKind.EnumAttr, Enum = model, Description = model.Description };
        }
        if (filled is null && inner is IArrayTypeSymbol
            {
                ElementType.SpecialType: SpecialType.System_Int64 or SpecialType.System_Int32 or SpecialType.System_Boolean
            or SpecialType.System_Double or SpecialType.System_Single
            } array)
        {
            string element = array.ElementType.SpecialType switch
            {
                SpecialType.System_Int64 => "i64",
                SpecialType.System_Int32 => "i32",
                SpecialType.System_Boolean => "i1",
                SpecialType.System_Double => "f64",
                _ => "f32",
            };
            filled = prop with { Kind = PropKind.Array, Description = $"{element} dense array attribute" };
        }
        if (filled is null && SymbolText.DerivesFrom(inner, "NestC.IR.IrType"))
        {
            string fullName = SymbolText.FullName(inner);
            string what = fullName == "NestC.IR.IrType" ? "any type attribute"
                : fullName == "NestC.Builtin.FunctionType" ? "type attribute of function type" : $"type attribute of {Names.Snake(inner.Name).Replace('_', ' ')}";
            filled = prop with { Kind = PropKind.Type, Description = what };
        }
        if (filled is null && (SymbolText.DerivesFrom(inner, "NestC.IR.Attr") || SymbolText.FullName(inner) == "NestC.IR.ITypedAttr"))
            filled = prop with { Kind = PropKind.Attr, Description = AttrDescription(inner), HasBodySyntax = SymbolText.Implements(inner, "NestC.Syntax.IBodySyntax") };
        if (filled is null)
        {
            Report(Rules.PropType, place, property.Name, property.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat));
            return;
        }
        foreach (KeyValuePair<string, TypedConstant> argument in part.NamedArguments)
        {
            if (argument.Key != "Default") continue;
            string? text = optional ? null : Constant(filled, inner, argument.Value);
            if (text is null) Report(Rules.BadDefault, place, property.Name, typeText);
            else filled = filled with { Default = text, IsOptional = SymbolText.NamedBool(part, "Optional") };
        }
        props.Add(filled);
    }

    private static string AttrDescription(ITypeSymbol attr) => SymbolText.FullName(attr) switch
    {
        "NestC.IR.Attr" => "any attribute",
        "NestC.IR.ITypedAttr" => "TypedAttr instance",
        "NestC.Builtin.IntegerAttr" => "arbitrary integer attribute",
        "NestC.Builtin.FloatAttr" => "float attribute",
        "NestC.Builtin.StringAttr" => "string attribute",
        "NestC.Builtin.ArrayAttr" => "array attribute",
        "NestC.Builtin.TypeAttr" => "any type attribute",
        "NestC.Builtin.UnitAttr" => "unit attribute",
        "NestC.Builtin.SymbolRefAttr" => "symbol reference attribute",
        "NestC.Builtin.DictionaryAttr" => "dictionary of named attribute values",
        "NestC.Builtin.AffineMapAttr" => "AffineMap attribute",
        "NestC.Builtin.ElementsAttr" => "constant vector/tensor attribute",
        _ => Names.Snake(attr.Name.EndsWith("Attr", StringComparison.Ordinal) ? attr.Name.Substring(0, attr.Name.Length - 4) : attr.Name).Replace('_', ' ') + " attribute",
    };

    private static string? Constant(PropModel prop, ITypeSymbol wanted, TypedConstant constant)
    {
        object? value = constant.Value;
        switch (prop.Kind)
        {
            case PropKind.Integer when value is int or long or short or byte:
                long integer = Convert.ToInt64(value, CultureInfo.InvariantCulture);
                if (prop.Type == "int" && integer is < int.MinValue or > int.MaxValue) return null;
                return integer.ToString(CultureInfo.InvariantCulture);
            case PropKind.Bool when value is bool b:
                return b ? "true" : "false";
            case PropKind.Float when value is int or long or float or double:
                double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                if (double.IsNaN(number) || double.IsInfinity(number)) return null;
                return number.ToString("R", CultureInfo.InvariantCulture) + (prop.Type == "float" ? "f" : "d");
            case PropKind.String or PropKind.Symbol when value is string s:
                return Names.Quote(s);
            case PropKind.Enum or PropKind.EnumAttr when SymbolEqualityComparer.Default.Equals(constant.Type, wanted):
                long bits = Convert.ToInt64(value, CultureInfo.InvariantCulture);
                foreach (EnumCase c in prop.Enum!.Cases)
                    if (c.Value == bits) return prop.Enum.FullType + "." + c.Member;
                return $"({prop.Enum.FullType})({bits.ToString(CultureInfo.InvariantCulture)})";
            default:
                return null;
        }
    }

    private void ReadMethod(IMethodSymbol method)
    {
        foreach (AttributeData attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is not { } c || SymbolText.FullName(c) != "NestC.IR.InferResultAttribute") continue;
            bool array = method.ReturnType is IArrayTypeSymbol { ElementType: { } element } && SymbolText.DerivesFrom(element, "NestC.IR.IrType");
            string? result = SymbolText.StringArgument(attribute, 0);
            bool single = SymbolText.DerivesFrom(method.ReturnType, "NestC.IR.IrType");
            if (!method.IsStatic || !(single || array) || (single && result is null && results.Count != 1))
            {
                Report(Rules.BadMethod, PlaceOf(attribute), method.Name, "InferResult",
                    "static and return 'IrType?' for one result (named by the attribute where there are several) or 'IrType[]?' for all");
                return;
            }
            if (result is not null && ByName(results, result) is not { } found)
            {
                Report(Rules.UnknownValue, PlaceOf(attribute), result, type.Name, ListOf(results));
                return;
            }
            List<string> parameters = [];
            foreach (IParameterSymbol parameter in method.Parameters)
            {
                string fullName = FullNameOf(parameter.Type);
                if (fullName == "NestC.IR.NestContext") parameters.Add("#context");
                else if (fullName == "System.Action") parameters.Add("#error");
                else if (KnowsParameter(parameter)) parameters.Add(parameter.Name);
                else
                {
                    Location at = parameter.Locations.Length > 0 ? parameter.Locations[0] : PlaceOf(attribute);
                    Report(Rules.BadParameter, at, parameter.Name, method.Name, ParameterList());
                    return;
                }
            }
            inferences.Add(new InferModel
            {
                Result = result is null ? array ? null : results[0].Name : ByName(results, result)!.Name,
                Method = method.Name,
                ReturnsArray = array,
                Parameters = EquatableArray.From(parameters),
            });
        }
    }

    private bool KnowsParameter(IParameterSymbol parameter)
    {
        string text = SymbolText.Of(parameter.Type, ns);
        foreach (ValueModel v in operands)
            if (Names.CamelRaw(v.Property) == parameter.Name) return text == ParameterType(v);
        foreach (PropModel p in props)
            if (Names.CamelRaw(p.Property) == parameter.Name) return text == p.Type || text == p.Type + "?";
        foreach (RegionModel r in regions)
            if (Names.CamelRaw(r.Property) == parameter.Name) return text == "Region";
        return false;
    }

    private static string ParameterType(ValueModel v) =>
        v.Arity == Arity.One ? "Value" : v.Arity == Arity.Optional ? "Value?" : "ReadOnlySpan<Value>";

    private string ParameterList()
    {
        List<string> all = [];
        foreach (ValueModel v in operands) all.Add($"'{ParameterType(v)} {Names.CamelRaw(v.Property)}'");
        foreach (PropModel p in props) all.Add($"'{p.Type}{(p.IsOptional ? "?" : "")} {Names.CamelRaw(p.Property)}'");
        return all.Count == 0 ? "there are none" : string.Join(", ", all);
    }
}
