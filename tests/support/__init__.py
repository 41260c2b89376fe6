"""What tests share: a clock that moves when told, and builders of declared things."""
