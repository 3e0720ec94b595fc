using NestC.IR;

namespace NestC.Builtin;

/// <summary>Interned objects that are asked for all the time.</summary>
public sealed class CommonObjects
{
    internal CommonObjects(NestContext context)
    {
        UnknownLoc = context.Intern(new UnknownLoc());
    }

    public UnknownLoc UnknownLoc { get; }
}
