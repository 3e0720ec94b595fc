using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Work that is written once for every numeric type; the struct carries the arguments.</summary>
internal interface INumericWork
{
    void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

/// <summary>Work that is written once for every width of element.</summary>
internal interface IWidthWork
{
    void Run<T>();
}

/// <summary>Calls generic work with the type that stores a kind of element.</summary>
internal static class NumericDispatch
{
    /// <summary>Runs work on the integers of 8 to 64 bits, f16, f32 and f64; throws for other kinds.</summary>
    public static void Run<TWork>(ElementKind kind, ref TWork work, string what) where TWork : struct, INumericWork
    {
        switch (kind)
        {
            case ElementKind.F32: work.Run<float>(); break;
            case ElementKind.F64: work.Run<double>(); break;
            case ElementKind.F16: work.Run<Half>(); break;
            case ElementKind.I8: work.Run<sbyte>(); break;
            case ElementKind.U8: work.Run<byte>(); break;
            case ElementKind.I16: work.Run<short>(); break;
            case ElementKind.U16: work.Run<ushort>(); break;
            case ElementKind.I32: work.Run<int>(); break;
            case ElementKind.U32: work.Run<uint>(); break;
            case ElementKind.I64: work.Run<long>(); break;
            case ElementKind.U64: work.Run<ulong>(); break;
            default: throw new EvaluationException($"{what} is not defined on {kind.Name()}");
        }
    }

    /// <summary>Runs work that only moves elements.</summary>
    public static void RunByWidth<TWork>(ElementKind kind, ref TWork work) where TWork : struct, IWidthWork
    {
        if (kind == ElementKind.String)
        {
            work.Run<string>();
            return;
        }
        switch (kind.Bytes())
        {
            case 1: work.Run<byte>(); break;
            case 2: work.Run<ushort>(); break;
            case 4: work.Run<uint>(); break;
            case 8: work.Run<ulong>(); break;
            case 16: work.Run<UInt128>(); break;
            default: throw new EvaluationException("packed four-bit elements must be converted before they are moved");
        }
    }
}
