from community.models.profile_ask import ProfileAsk

__all__ = ["ProfileAsk"]
