using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.IR;

namespace NestC.Passes.Loop;

/// <summary>Which memory a buffer is part of.</summary>
public static class BufferRoots
{
    /// <summary>The buffer that another one is a view of; itself when it is none.</summary>
    public static Value Of(Value buffer)
    {
        while (true)
        {
            switch (buffer.DefiningOp)
            {
                case SubviewOp view: buffer = view.Source; continue;
                case CastOp cast: buffer = cast.Source; continue;
                case ReshapeOp reshape: buffer = reshape.Source; continue;
                default: return buffer;
            }
        }
    }

    /// <summary>Whether two buffers may share memory. Memory that was made in a function is its own; arguments may be the same.</summary>
    public static bool MayAlias(Value a, Value b)
    {
        Value x = Of(a), y = Of(b);
        if (x == y) return true;
        bool known = IsMade(x) && (IsMade(y) || IsArgument(y)) || IsMade(y) && IsArgument(x);
        return !known;
    }

    private static bool IsMade(Value root) => root.DefiningOp is AllocOp or ConstantOp;

    private static bool IsArgument(Value root) => root.ArgumentBlock is { IsEntry: true, ParentOp: FuncOp };
}
